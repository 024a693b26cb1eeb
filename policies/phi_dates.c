/* phi_dates.c: dates finer than a year, ages over 89. */
#include "policies/phi_forms.h"

#include <string.h>

enum { NEAR = 32 };

static const char months[] = "january february march april may june july august september october "
                             "november december jan jan. "
                             "feb feb. mar mar. apr apr. jun jun. jul jul. aug aug. sep sep. sept "
                             "sept. oct oct. nov nov. dec "
                             "dec.";

/* Words beside which a date is that of a publication, not of a person. */
static const char published[] =
    "epub published accessed cited received accepted revised updated retrieved version release "
    "released copyright online issued downloaded approved guidance act";

/* Words beside which even a part of a date is a person's. */
static const char personal[] =
    "born birth dob d.o.b. admitted admission discharged discharge died death deceased seen visit "
    "surgery operated presented appointment date_of_birth birthday birthdate biopsied";

static char byte_at(wrt_str text, size_t at) {
    return at < text.len ? text.ptr[at] : '\0';
}

static int number_at(wrt_str text, size_t at, size_t n) {
    int value = 0;
    for (size_t i = 0; i < n; i++)
        value = value * 10 + (text.ptr[at + i] - '0');
    return value;
}

static bool is_day(int value) {
    return value >= 1 && value <= 31;
}

static bool is_month(int value) {
    return value >= 1 && value <= 12;
}

static bool is_year(int value) {
    return value >= 1880 && value <= 2099;
}

static bool is_separator(char c) {
    return c == '-' || c == '/' || c == '.';
}

/* ---- digits only: 2019-03-12, 3/12/2019, 12.03.2019, 3/12/19 */

typedef struct {
    int value[3];
    size_t digits[3];
    size_t n;
    size_t end;
    char separator;
} parts;

static parts read_parts(wrt_str text, size_t at) {
    parts out = {.end = at};
    while (out.n < 3) {
        size_t digits = wrt_phi_count_digits(text, out.end, 5);
        if (digits == 0 || digits > 4)
            break;
        out.value[out.n] = number_at(text, out.end, digits);
        out.digits[out.n++] = digits;
        out.end += digits;
        char c = byte_at(text, out.end);
        if (out.n == 3 || !is_separator(c) || (out.separator != '\0' && c != out.separator) ||
            !wrt_phi_is_digit(text, out.end + 1))
            break;
        out.separator = c;
        out.end++;
    }
    return out;
}

static bool is_open_end(wrt_str text, size_t end) {
    return (wrt_phi_is_word(text, end) && byte_at(text, end) != 'T') ||
           (is_separator(byte_at(text, end)) && wrt_phi_is_digit(text, end + 1)) ||
           byte_at(text, end) == '%';
}

static bool is_full_date(const parts *p) {
    bool day_first = is_day(p->value[0]) && is_month(p->value[1]);
    bool month_first = is_month(p->value[0]) && is_day(p->value[1]);
    if (p->digits[0] == 4)
        return is_year(p->value[0]) && is_month(p->value[1]) && is_day(p->value[2]) &&
               p->digits[1] <= 2 && p->digits[2] <= 2;
    return p->digits[0] <= 2 && p->digits[1] <= 2 && p->digits[2] == 4 && is_year(p->value[2]) &&
           (day_first || month_first);
}

/* With a year of two digits: by slashes always, else beside a personal word only. */
static bool is_short_date(const parts *p, bool is_personal) {
    bool fits = (is_day(p->value[0]) && is_month(p->value[1])) ||
                (is_month(p->value[0]) && is_day(p->value[1]));
    return p->digits[0] <= 2 && p->digits[1] <= 2 && p->digits[2] == 2 && fits &&
           (p->separator == '/' || is_personal);
}

static bool is_part_date(const parts *p) {
    if (p->digits[0] == 4)
        return is_year(p->value[0]) && is_month(p->value[1]) && p->digits[1] == 2;
    if (p->digits[1] == 4)
        return is_month(p->value[0]) && is_year(p->value[1]) && p->separator == '/';
    return p->separator == '/' && p->digits[1] <= 2 && p->digits[0] <= 2 &&
           ((is_day(p->value[0]) && is_month(p->value[1])) ||
            (is_month(p->value[0]) && is_day(p->value[1])));
}

/* "19500102" */
static bool is_packed_date(wrt_str text, size_t at) {
    return wrt_phi_count_digits(text, at, 9) == 8 && wrt_phi_is_end(text, at + 8) &&
           is_year(number_at(text, at, 4)) && is_month(number_at(text, at + 4, 2)) &&
           is_day(number_at(text, at + 6, 2));
}

static size_t match_digits(wrt_str text, size_t at) {
    parts p = read_parts(text, at);
    if (is_packed_date(text, at))
        return wrt_phi_has_before(text, at, NEAR, personal) ? at + 8 : 0;
    if (p.n < 2 || is_open_end(text, p.end))
        return 0;
    bool is_personal = wrt_phi_has_before(text, at, NEAR, personal);
    if (p.n == 2)
        return is_personal && is_part_date(&p) ? p.end : 0;
    return is_full_date(&p) || is_short_date(&p, is_personal) ? p.end : 0;
}

/* ---- with the month's name */

static size_t skip_gap(wrt_str text, size_t at) {
    while (byte_at(text, at) == ' ' || byte_at(text, at) == '-' || byte_at(text, at) == ',' ||
           byte_at(text, at) == '.' || byte_at(text, at) == '\n')
        at++;
    return at;
}

/* A day at `at`: its end, behind "st", "nd", "rd" or "th"; 0 when it is none. */
static size_t match_day(wrt_str text, size_t at) {
    size_t n = wrt_phi_count_digits(text, at, 3);
    if (n == 0 || n > 2 || !is_day(number_at(text, at, n)))
        return 0;
    size_t suffix = wrt_phi_match_word(text, at + n, "st nd rd th");
    size_t end = at + n + suffix;
    if (wrt_phi_match_word(text, end + 1, "of") > 0)
        end += 3;
    return wrt_phi_is_end(text, end) ? end : 0;
}

static size_t match_year(wrt_str text, size_t at) {
    bool fits = wrt_phi_count_digits(text, at, 5) == 4 && is_year(number_at(text, at, 4));
    return fits && wrt_phi_is_end(text, at + 4) ? at + 4 : 0;
}

/* Behind a month and a day: with the year, when one follows. */
static size_t with_year(wrt_str text, size_t end) {
    size_t year = match_year(text, skip_gap(text, end));
    return year > 0 ? year : end;
}

/* "12 March 2019", "12-Mar-2019", "the 3rd of May"; a month needs the day before it. */
static size_t match_day_month(wrt_str text, size_t at) {
    size_t day = match_day(text, at);
    size_t month = skip_gap(text, day);
    size_t len = day > 0 && month > day ? wrt_phi_match_word(text, month, months) : 0;
    return len > 0 ? with_year(text, month + len) : 0;
}

/* "March 12, 2019", "May 3"; "March 2019" beside a personal word. "may 5" of a modal verb is not
 * one, nor is "May 20 patients". */
static size_t match_month_day(wrt_str text, size_t at) {
    size_t len = wrt_phi_match_word(text, at, months);
    if (len == 0 || text.ptr[at] < 'A' || text.ptr[at] > 'Z')
        return 0;
    size_t from = skip_gap(text, at + len);
    size_t year = match_year(text, from), day = match_day(text, from);
    if (year > 0)
        return wrt_phi_has_before(text, at, NEAR, personal) ? year : 0;
    if (day == 0 || from == at + len || byte_at(text, day) == '%')
        return 0;
    size_t end = with_year(text, day);
    bool is_bare = end == day && (byte_at(text, day) == ' ' && wrt_phi_is_letter(text, day + 1));
    return is_bare &&
                   wrt_phi_has_after(text, day, 14, "patients participants mg cases subjects mice")
               ? 0
               : end;
}

/* "2019 Mar 12" */
static size_t match_year_first(wrt_str text, size_t at) {
    size_t year = match_year(text, at), month = skip_gap(text, year);
    size_t len = year > 0 && month > year ? wrt_phi_match_word(text, month, months) : 0;
    size_t day = len > 0 ? match_day(text, skip_gap(text, month + len)) : 0;
    return day;
}

static size_t match_any_date(wrt_str text, size_t at) {
    if (!wrt_phi_is_digit(text, at))
        return match_month_day(text, at);
    size_t end = match_digits(text, at);
    end = end > 0 ? end : match_day_month(text, at);
    return end > 0 ? end : match_year_first(text, at);
}

size_t wrt_phi_match_date(wrt_str text, size_t at) {
    size_t end = match_any_date(text, at);
    if (end == 0 || (wrt_phi_is_digit(text, at) &&
                     wrt_phi_has_after(text, end, 3, "h hr hrs hours d days wk weeks mg min")))
        return 0; /* "1/12/24 h after dosing" */
    return wrt_phi_has_before(text, at, NEAR, published) &&
                   !wrt_phi_has_before(text, at, NEAR, personal)
               ? 0
               : end;
}

/* ---- ages */

/* "ninety-two", "a hundred": how many bytes, and the age. */
static size_t read_spelt_age(int *age, wrt_str text, size_t at) {
    static const char *const units[] = {"one", "two",   "three", "four", "five",
                                        "six", "seven", "eight", "nine"};
    size_t ninety = wrt_phi_match_word(text, at, "ninety");
    *age = 100;
    if (ninety == 0)
        return wrt_phi_match_word(text, at, "hundred one_hundred");
    *age = 90;
    for (size_t i = 0; i < sizeof units / sizeof *units; i++) {
        size_t unit = wrt_phi_match_word(text, at + ninety + 1, units[i]);
        if (unit > 0)
            return ninety + 1 + unit;
    }
    return ninety;
}

static bool is_group(wrt_str text, size_t at, size_t end) {
    return byte_at(text, end) == '+' ||
           wrt_phi_has_after(text, end, 16,
                             "and_over or_over or_older and_older and_above or_more") ||
           wrt_phi_has_before(text, at, 12, "over above than least ≥ >= > to up_to") ||
           (at > 0 && (text.ptr[at - 1] == '-' || (unsigned char)text.ptr[at - 1] >= 0x80 ||
                       text.ptr[at - 1] == '>' || text.ptr[at - 1] == '='));
}

/* Behind the number: "-year-old", "years old", "yo", "y/o", "years of age". */
static size_t match_age_unit(wrt_str text, size_t at) {
    size_t from = at;
    while (byte_at(text, from) == ' ' || byte_at(text, from) == '-')
        from++;
    size_t len =
        wrt_phi_match_word(text, from,
                           "year-old years-old year_old years_old year-olds years_of_age yo "
                           "y/o y.o. yrs_old yr_old y.o yr-old");
    return len > 0 ? from + len : 0;
}

size_t wrt_phi_match_age(wrt_str text, size_t at) {
    int age = 0;
    size_t n = wrt_phi_count_digits(text, at, 4);
    if (n == 2 || n == 3)
        age = number_at(text, at, n);
    else
        n = read_spelt_age(&age, text, at);
    if (n == 0 || age < 90 || age > 130 || is_group(text, at, at + n))
        return 0;
    size_t unit = match_age_unit(text, at + n);
    if (unit > 0)
        return unit;
    bool is_aged = wrt_phi_has_before(text, at, 8, "age aged age: age_of age_is age,");
    bool other_unit = wrt_phi_has_after(text, at + n, 10,
                                        "weeks week days day months month hours "
                                        "minutes h wk d mg % -");
    bool goes_on = is_separator(byte_at(text, at + n)) && wrt_phi_is_digit(text, at + n + 1);
    return is_aged && !other_unit && !goes_on && wrt_phi_is_end(text, at + n) ? at + n : 0;
}
