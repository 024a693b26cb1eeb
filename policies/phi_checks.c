/* phi_checks.c: check digits of identifiers. */
#include "policies/phi_forms.h"

#include <string.h>

static int value_of(char digit) {
    return digit - '0';
}

/* ISO/IEC 7812-1 annex B: every second digit from the right is doubled, its digits added. */
static int luhn_sum(const char *digits, size_t n) {
    int sum = 0;
    for (size_t i = 0; i < n; i++) {
        int value = value_of(digits[n - 1 - i]) * (i % 2 == 1 ? 2 : 1);
        sum += value / 10 + value % 10;
    }
    return sum;
}

bool wrt_phi_luhn(const char *digits, size_t n) {
    return luhn_sum(digits, n) % 10 == 0;
}

/* The prefix 80840 adds 24 to the sum of a 10-digit number (45 CFR 162.406, CMS's description). */
bool wrt_phi_npi_holds(const char *digits) {
    return (luhn_sum(digits, 10) + 24) % 10 == 0;
}

bool wrt_phi_dea_holds(const char *digits) {
    int odd = value_of(digits[0]) + value_of(digits[2]) + value_of(digits[4]);
    int even = value_of(digits[1]) + value_of(digits[3]) + value_of(digits[5]);
    return (odd + 2 * even) % 10 == value_of(digits[6]);
}

static int vin_value(char c) {
    static const char letters[] = "ABCDEFGHJKLMNPRSTUVWXYZ";
    static const char values[] = "12345678123457923456789";
    const char *at = c != '\0' ? strchr(letters, c) : NULL;
    if (c >= '0' && c <= '9')
        return value_of(c);
    return at != NULL ? value_of(values[at - letters]) : -1;
}

bool wrt_phi_vin_holds(const char *vin) {
    static const int weights[17] = {8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2};
    int sum = 0;
    for (size_t i = 0; i < 17; i++) {
        int value = vin_value(vin[i]);
        if (value < 0)
            return false;
        sum += value * weights[i];
    }
    return vin[8] == (sum % 11 == 10 ? 'X' : (char)('0' + sum % 11));
}

bool wrt_phi_gtin_holds(const char *digits, size_t n) {
    int sum = 0;
    for (size_t i = 0; i < n; i++)
        sum += value_of(digits[n - 1 - i]) * (i % 2 == 1 ? 3 : 1);
    return sum % 10 == 0;
}

/* The first four characters go to the end, letters count from A = 10, the whole is 1 mod 97. */
bool wrt_phi_iban_holds(const char *iban, size_t n) {
    int rest = 0;
    for (size_t i = 0; i < n; i++) {
        char c = iban[(i + 4) % n];
        rest = c >= 'A' ? (rest * 100 + c - 'A' + 10) % 97 : (rest * 10 + value_of(c)) % 97;
    }
    return rest == 1;
}

bool wrt_phi_cas_holds(const char *digits, size_t n) {
    int sum = 0;
    for (size_t i = 1; i < n; i++)
        sum += value_of(digits[n - 1 - i]) * (int)i;
    return sum % 10 == value_of(digits[n - 1]);
}

bool wrt_phi_nhs_holds(const char *digits) {
    int sum = 0;
    for (int i = 0; i < 9; i++)
        sum += value_of(digits[i]) * (10 - i);
    int check = 11 - sum % 11;
    return check != 10 && check % 11 == value_of(digits[9]);
}
