/* phi_numbers.c: numbers given to persons, their cars and devices. */
#include "policies/phi_forms.h"

#include <string.h>

enum { NEAR = 40, CODE_MAX = 24, DIGITS_MAX = 34 };

static char byte_at(wrt_str text, size_t at) {
    return at < text.len ? text.ptr[at] : '\0';
}

static bool is_any(wrt_str text, size_t at, const char *set) {
    char c = byte_at(text, at);
    return c != '\0' && strchr(set, c) != NULL;
}

/* ---- helpers */

/* Digits in groups that single separators part; digits holds at most DIGITS_MAX. */
typedef struct {
    char digits[DIGITS_MAX + 1];
    size_t n;
    size_t groups;
    size_t sizes[8]; /* of the first groups */
    size_t end;
} grouped;

static grouped read_grouped(wrt_str text, size_t at, const char *separators) {
    grouped out = {.end = at};
    for (size_t i = at; out.n < DIGITS_MAX;) {
        size_t from = i;
        while (out.n < DIGITS_MAX && wrt_phi_is_digit(text, i))
            out.digits[out.n++] = text.ptr[i++];
        if (i == from)
            break;
        if (out.groups < 8)
            out.sizes[out.groups] = i - from;
        out.groups++;
        out.end = i;
        if (!is_any(text, i, separators) || !wrt_phi_is_digit(text, i + 1))
            break;
        i++;
    }
    return out;
}

static bool has_sizes(const grouped *number, const char *sizes) {
    size_t n = strlen(sizes);
    if (number->groups != n)
        return false;
    for (size_t i = 0; i < n; i++)
        if (number->sizes[i] != (size_t)(sizes[i] - '0'))
            return false;
    return true;
}

/* A code of letters, digits and inner hyphens with at least `min` digits: its end, or 0. */
static size_t match_code(wrt_str text, size_t at, size_t min) {
    size_t end = at, digits = 0;
    while (end - at < CODE_MAX && (wrt_phi_is_digit(text, end) || wrt_phi_is_letter(text, end) ||
                                   (is_any(text, end, "-/") && wrt_phi_is_word(text, end + 1)))) {
        digits += wrt_phi_is_digit(text, end);
        end++;
    }
    return digits >= min && wrt_phi_is_end(text, end) && !is_any(text, end, "%") &&
                   !(byte_at(text, end) == '.' && wrt_phi_is_digit(text, end + 1))
               ? end
               : 0;
}

/* What stands between the last word of the context and the number: nothing but "number", "is",
 * ":" and the like. Without this a word would claim every number of its neighbourhood. */
static bool is_bound(wrt_str text, size_t at, const char *words) {
    size_t from = at > NEAR ? at - NEAR : 0;
    for (size_t i = from; i < at; i++) {
        bool begins = i == 0 || !wrt_phi_is_word(text, i - 1);
        size_t len = begins ? wrt_phi_match_word(text, i, words) : 0;
        for (size_t j = i + len; len > 0;) {
            while (j < at && is_any(text, j, " :#.()=,\n\t-"))
                j++;
            if (j >= at)
                return true;
            size_t filler = wrt_phi_match_word(text, j,
                                               "number no no. nr id is was identifier code "
                                               "num of the us and ending s card");
            if (filler == 0)
                break;
            j += filler;
        }
    }
    return false;
}

/* ---- telephone and fax */

static const char fax_words[] = "fax facsimile telefax fax_no fax_number";
static const char phone_words[] =
    "phone tel tel. telephone call called cell mobile text pager contact reach dial ring home work "
    "whatsapp hotline phoned at";

/* North American numbers by form; an exchange never begins with 0 or 1. */
static bool is_american(const grouped *number, bool has_code) {
    size_t at = has_code ? 1 : 0;
    if (number->n != 10 + at || (has_code && number->digits[0] != '1'))
        return false;
    return number->digits[at] >= '2' && number->digits[at + 3] >= '2';
}

static size_t match_any_phone(wrt_str text, size_t at, bool *is_marked) {
    bool has_plus = byte_at(text, at) == '+';
    size_t from = has_plus ? at + 1 : at;
    bool has_paren = byte_at(text, from) == '(';
    *is_marked = has_plus;
    if (has_paren) {
        grouped area = read_grouped(text, from + 1, "");
        if (area.n != 3 || byte_at(text, from + 4) != ')')
            return 0;
        from += byte_at(text, from + 5) == ' ' ? 6 : 5;
        grouped rest = read_grouped(text, from, "-. ");
        *is_marked = true;
        return has_sizes(&rest, "34") && wrt_phi_is_end(text, rest.end) ? rest.end : 0;
    }
    grouped number = read_grouped(text, from, "-. ");
    if (!wrt_phi_is_end(text, number.end) || is_any(text, number.end, "%/"))
        return 0;
    if (has_plus)
        return number.n >= 8 && number.n <= 15 ? number.end : 0;
    *is_marked = (has_sizes(&number, "334") && is_american(&number, false)) ||
                 (has_sizes(&number, "1334") && is_american(&number, true));
    if (*is_marked)
        return number.end;
    return number.n >= 7 && number.n <= 13 && !has_sizes(&number, "8") ? number.end : 0;
}

static size_t match_phone_or_fax(wrt_str text, size_t at, bool wants_fax) {
    bool is_marked = false;
    size_t end = match_any_phone(text, at, &is_marked);
    bool is_fax = wrt_phi_has_before(text, at, 16, fax_words);
    if (end == 0 || is_fax != wants_fax)
        return 0;
    return is_marked || is_fax || is_bound(text, at, phone_words) ? end : 0;
}

size_t wrt_phi_match_phone(wrt_str text, size_t at) {
    return match_phone_or_fax(text, at, false);
}

size_t wrt_phi_match_fax(wrt_str text, size_t at) {
    return match_phone_or_fax(text, at, true);
}

/* ---- numbers with a meaning of their own */

/* Never issued: areas 000, 666 and 9xx, group 00, serial 0000. */
size_t wrt_phi_match_ssn(wrt_str text, size_t at) {
    grouped number = read_grouped(text, at, "- ");
    const char *d = number.digits;
    if (number.n != 9 && number.n != 4)
        return 0;
    bool is_named = is_bound(text, at, "ssn ssn# social_security social_security_number s.s.n.");
    bool goes_on = is_any(text, number.end, "-.") && wrt_phi_is_word(text, number.end + 1);
    if (number.n != 9 || !wrt_phi_is_end(text, number.end) || goes_on)
        return is_named && number.n == 4 && wrt_phi_is_end(text, number.end) ? number.end : 0;
    bool is_issued = strncmp(d, "000", 3) != 0 && strncmp(d, "666", 3) != 0 && d[0] != '9' &&
                     strncmp(d + 3, "00", 2) != 0 && strncmp(d + 5, "0000", 4) != 0;
    bool has_form = has_sizes(&number, "324") && byte_at(text, at + 3) == '-';
    return (has_form && is_issued) || is_named ? number.end : 0;
}

size_t wrt_phi_match_npi(wrt_str text, size_t at) {
    bool is_ten = wrt_phi_count_digits(text, at, 11) == 10 && wrt_phi_is_end(text, at + 10);
    if (!is_ten || is_any(text, at + 10, "-."))
        return 0;
    if (is_bound(text, at, "npi npi# provider national_provider national_provider_identifier"))
        return at + 10;
    bool is_hinted = wrt_phi_has_before(text, at, NEAR,
                                        "dr dr. physician provider prescriber "
                                        "clinician doctor surgeon");
    return is_hinted && is_any(text, at, "12") && wrt_phi_npi_holds(text.ptr + at) ? at + 10 : 0;
}

size_t wrt_phi_match_dea(wrt_str text, size_t at) {
    bool has_form = is_any(text, at, "ABCDEFGHJKLMPRSTUX") &&
                    (wrt_phi_is_letter(text, at + 1) || byte_at(text, at + 1) == '9') &&
                    wrt_phi_count_digits(text, at + 2, 8) == 7 && wrt_phi_is_end(text, at + 9);
    if (!has_form)
        return 0;
    if (is_bound(text, at, "dea dea# registration"))
        return at + 9;
    bool is_hinted =
        wrt_phi_has_before(text, at, NEAR, "dr dr. prescriber prescribed pharmacy physician");
    return is_hinted && wrt_phi_dea_holds(text.ptr + at + 2) ? at + 9 : 0;
}

size_t wrt_phi_match_zip(wrt_str text, size_t at) {
    static const char *const states =
        "al ak az ar ca co ct de fl ga hi id il in ia ks ky la me md ma mi mn ms mo mt ne nv nh nj "
        "nm "
        "ny nc nd oh ok or pa ri sc sd tn tx ut vt va wa wv wi wy dc pr";
    size_t end = at + 5;
    if (wrt_phi_count_digits(text, at, 6) != 5)
        return 0;
    if (byte_at(text, end) == '-' && wrt_phi_count_digits(text, end + 1, 5) == 4)
        end += 5;
    if (!wrt_phi_is_end(text, end) || is_any(text, end, "%"))
        return 0;
    if (is_bound(text, at, "zip zipcode zip_code postal_code"))
        return end;
    bool after_state = at >= 5 && text.ptr[at - 1] == ' ' && text.ptr[at - 4] == ' ' &&
                       text.ptr[at - 5] == ',' && text.ptr[at - 3] <= 'Z' &&
                       wrt_phi_match_word(text, at - 3, states) == 2;
    return after_state ? end : 0;
}

/* ---- records, plans, accounts, licences */

/* Ten digits of the National Health Service, 3-3-4, with their check digit. */
static size_t match_nhs(wrt_str text, size_t at) {
    grouped number = read_grouped(text, at, " -");
    bool fits = number.n == 10 && wrt_phi_is_end(text, number.end) && number.digits[0] != '0' &&
                wrt_phi_nhs_holds(number.digits);
    return fits && is_bound(text, at, "nhs nhs_number nhs_no") ? number.end : 0;
}

size_t wrt_phi_match_mrn(wrt_str text, size_t at) {
    size_t end = match_code(text, at, 4);
    if (end > 0 && is_bound(text, at,
                            "mrn mrn# medical_record medical_record_number record_number "
                            "chart chart_number patient_id patient_number hospital_number "
                            "hospital_no case_number patient_identifier urn umrn"))
        return end;
    return match_nhs(text, at);
}

/* Medicare's identifier: C A AN N A AN N A A N N, no S L O I B Z; hyphens after 4 and 7. */
static size_t match_mbi(wrt_str text, size_t at) {
    static const char kinds[] = "dlxdlxdlldd";
    size_t i = at;
    for (size_t k = 0; k < 11; k++, i++) {
        bool is_digit = wrt_phi_is_digit(text, i);
        bool is_letter = is_any(text, i, "ACDEFGHJKMNPQRTUVWXY");
        if (!(kinds[k] == 'd' ? is_digit : kinds[k] == 'l' ? is_letter : is_digit || is_letter))
            return 0;
        if ((k == 3 || k == 6) && byte_at(text, i + 1) == '-')
            i++;
    }
    return text.ptr[at] != '0' && wrt_phi_is_end(text, i) ? i : 0;
}

size_t wrt_phi_match_plan(wrt_str text, size_t at) {
    size_t end = match_mbi(text, at);
    if (end > 0)
        return end;
    end = match_code(text, at, 4);
    return end > 0 && is_bound(text, at,
                               "member member_id policy policy_number insurance "
                               "insurance_id beneficiary beneficiary_number medicare "
                               "medicaid health_plan plan_number subscriber "
                               "subscriber_id group_number hicn mbi")
               ? end
               : 0;
}

static size_t match_iban(wrt_str text, size_t at) {
    char iban[DIGITS_MAX + 1];
    size_t n = 0, i = at;
    while (n < DIGITS_MAX &&
           (wrt_phi_is_digit(text, i) || (wrt_phi_is_letter(text, i) && text.ptr[i] <= 'Z') ||
            (byte_at(text, i) == ' ' && wrt_phi_is_word(text, i + 1)))) {
        if (text.ptr[i] != ' ')
            iban[n++] = text.ptr[i];
        i++;
    }
    iban[n] = '\0';
    bool has_form = n >= 15 && iban[0] >= 'A' && iban[1] >= 'A' && iban[2] <= '9' && iban[3] <= '9';
    return has_form && wrt_phi_is_end(text, i) && wrt_phi_iban_holds(iban, n) ? i : 0;
}

static size_t match_card(wrt_str text, size_t at) {
    grouped number = read_grouped(text, at, " -");
    bool has_form = has_sizes(&number, "4444") || has_sizes(&number, "465") ||
                    (number.groups == 1 && number.n == (text.ptr[at] == '3' ? 15 : 16));
    return has_form && is_any(text, at, "3456") && wrt_phi_is_end(text, number.end) &&
                   wrt_phi_luhn(number.digits, number.n)
               ? number.end
               : 0;
}

size_t wrt_phi_match_account(wrt_str text, size_t at) {
    size_t end = match_iban(text, at);
    end = end > 0 ? end : match_card(text, at);
    if (end > 0)
        return end;
    end = match_code(text, at, 5);
    return end > 0 && is_bound(text, at,
                               "account acct acct. a/c account_number bank_account routing "
                               "sort_code billing invoice")
               ? end
               : 0;
}

size_t wrt_phi_match_licence(wrt_str text, size_t at) {
    size_t end = match_code(text, at, 4);
    return end > 0 && is_bound(text, at,
                               "licence license driver's_licence driver's_license "
                               "drivers_license dl dl# certificate passport "
                               "licence_number license_number permit")
               ? end
               : 0;
}

/* ---- cars and devices */

size_t wrt_phi_match_vehicle(wrt_str text, size_t at) {
    size_t letters = 0, len = 0;
    while (len < 18 && (wrt_phi_is_digit(text, at + len) || wrt_phi_is_letter(text, at + len)))
        letters += wrt_phi_is_letter(text, at + len++);
    bool has_form = len == 17 && letters > 0 && wrt_phi_count_digits(text, at + 13, 4) == 4;
    if (has_form && (wrt_phi_vin_holds(text.ptr + at) || is_bound(text, at, "vin vin# vehicle")))
        return at + len;
    size_t end = match_code(text, at, 2);
    return end > 0 && is_bound(text, at,
                               "plate plates license_plate licence_plate number_plate "
                               "registration_plate vehicle_registration")
               ? end
               : 0;
}

/* GS1's form of a unique device identifier, "(01)" and 14 digits with their check digit, then any
 * of (11) (17) (10) (21) and their values. */
static size_t match_udi(wrt_str text, size_t at) {
    if (text.len - at < 18 || strncmp(text.ptr + at, "(01)", 4) != 0 ||
        wrt_phi_count_digits(text, at + 4, 15) != 14 || !wrt_phi_gtin_holds(text.ptr + at + 4, 14))
        return 0;
    size_t end = at + 18;
    while (byte_at(text, end) == '(' && wrt_phi_count_digits(text, end + 1, 3) == 2 &&
           byte_at(text, end + 3) == ')') {
        end += 4;
        while (wrt_phi_is_word(text, end) ||
               (is_any(text, end, "-") && wrt_phi_is_word(text, end + 1)))
            end++;
    }
    return end;
}

/* The hardware address of a network interface: six pairs of hexadecimal digits. */
static size_t match_mac(wrt_str text, size_t at) {
    static const char hex[] = "0123456789abcdefABCDEF";
    char separator = byte_at(text, at + 2);
    if (separator != ':' && separator != '-')
        return 0;
    for (size_t i = 0; i < 17; i++)
        if (i % 3 == 2 ? byte_at(text, at + i) != separator : !is_any(text, at + i, hex))
            return 0;
    return wrt_phi_is_end(text, at + 17) && !is_any(text, at + 17, ":-") ? at + 17 : 0;
}

size_t wrt_phi_match_device(wrt_str text, size_t at) {
    size_t end = match_udi(text, at);
    end = end > 0 ? end : match_mac(text, at);
    if (end > 0)
        return end;
    end = match_code(text, at, 4);
    return end > 0 && is_bound(text, at,
                               "serial serial_number serial_no s/n sn device device_id "
                               "imei udi implant_serial")
               ? end
               : 0;
}
