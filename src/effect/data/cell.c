/* cell.c: numbers, dates and truth values out of texts. */
#include "effect/data/cell.h"

#include <math.h>

#define WHOLE_MAX 9007199254740991.0

static bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

/* The number of `len` digits; false when there is anything else. */
static bool digits(int *out, const char *text, size_t len) {
    *out = 0;
    for (size_t i = 0; i < len; i++) {
        if (!is_digit(text[i]))
            return false;
        *out = 10 * *out + (text[i] - '0');
    }
    return true;
}

static int days_in_month(int year, int month) {
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    bool is_leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    return days[month - 1] + (month == 2 && is_leap);
}

/* Days since 1970-01-01 of a date of the proleptic Gregorian calendar: years begin in March, so
 * that the leap day is a year's last; 400 years have 146,097 days. */
static double days_since_1970(int year, int month, int day) {
    int shifted = month > 2 ? year : year - 1;
    int era = shifted / 400, of_era = shifted % 400;
    int of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    int days = era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year;
    return (double)days - 719468.0;
}

static bool read_date(double *value, wrt_str cell) {
    int year, month, day;
    if (cell.len != 10 || cell.ptr[4] != '-' || cell.ptr[7] != '-' || !digits(&year, cell.ptr, 4) ||
        !digits(&month, cell.ptr + 5, 2) || !digits(&day, cell.ptr + 8, 2))
        return false;
    if (year < 1 || month < 1 || month > 12 || day < 1 || day > days_in_month(year, month))
        return false;
    *value = days_since_1970(year, month, day);
    return true;
}

static bool read_boolean(double *value, wrt_str cell) {
    static const char *const yes[] = {"true", "TRUE", "True"}, *const no[] = {"false", "FALSE",
                                                                              "False"};
    for (int i = 0; i < 3; i++) {
        if (wrt_str_equal_c(cell, yes[i]) || wrt_str_equal_c(cell, no[i])) {
            *value = wrt_str_equal_c(cell, yes[i]) ? 1 : 0;
            return true;
        }
    }
    return false;
}

static bool has_only_digits(wrt_str cell) {
    size_t start = cell.ptr[0] == '-' || cell.ptr[0] == '+' ? 1 : 0;
    for (size_t i = start; i < cell.len; i++)
        if (!is_digit(cell.ptr[i]))
            return false;
    return true;
}

wrt_cell_kind wrt_cell_read(double *value, wrt_str cell) {
    if (cell.len == 0)
        return WRT_CELL_TEXT;
    char first = cell.ptr[0];
    if (is_digit(first) || first == '-' || first == '+' || first == '.') {
        if (wrt_str_to_double(value, cell)) {
            bool is_whole = has_only_digits(cell);
            if (is_whole && fabs(*value) > WHOLE_MAX)
                return WRT_CELL_TEXT;
            return is_whole ? WRT_CELL_INTEGER : WRT_CELL_REAL;
        }
        return read_date(value, cell) ? WRT_CELL_DATE : WRT_CELL_TEXT;
    }
    return read_boolean(value, cell) ? WRT_CELL_BOOLEAN : WRT_CELL_TEXT;
}
