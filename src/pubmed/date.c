/* date.c: a printed date is cut at its range signs; the first and the last piece are its ends. */
#include "pubmed/date.h"

#include <string.h>

typedef struct {
    int year, month, day; /* 0: not stated */
} point;

static bool is_digit(char byte) {
    return byte >= '0' && byte <= '9';
}

static bool is_letter(char byte) {
    return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z');
}

/* "Sep", "SEPT" and "september" are 9; 0 for what is no month. */
static int month_of_word(wrt_str word) {
    static const char *const names[] = {"january",   "february", "march",    "april",
                                        "may",       "june",     "july",     "august",
                                        "september", "october",  "november", "december"};
    for (int month = 0; word.len >= 3 && month < 12; month++) {
        size_t same = 0;
        while (same < word.len && names[month][same] != '\0' &&
               (word.ptr[same] | 0x20) == names[month][same])
            same++;
        if (same == word.len || (same == 3 && word.len == 4 && word.ptr[3] == '.'))
            return month + 1;
    }
    return 0;
}

static int number_of(wrt_str digits) {
    int value = 0;
    for (size_t i = 0; i < digits.len && i < 4; i++)
        value = value * 10 + (digits.ptr[i] - '0');
    return value;
}

/* A number of one or two digits is the month when none was named before, else the day. In the right
 * end of a range it is what the left end finished with: "15-30" are days, "09-10" months. */
static void take_number(point *out, const point *left, int value) {
    bool is_day = out->month != 0 || (left != NULL && left->day != 0 && out->year == 0);
    if (!is_day && value >= 1 && value <= 12)
        out->month = value;
    else if (is_day && out->day == 0 && value >= 1 && value <= 31)
        out->day = value;
}

static size_t run_length(wrt_str text, bool (*holds)(char byte)) {
    size_t len = 0;
    while (len < text.len && holds(text.ptr[len]))
        len++;
    return len;
}

static point read_point(wrt_str text, const point *left) {
    point out = {0};
    while (text.len > 0) {
        size_t digits = run_length(text, is_digit), letters = run_length(text, is_letter);
        size_t step = digits + letters > 0 ? digits + letters : 1;
        wrt_str word = {text.ptr, step};
        if (digits == 4 && out.year == 0)
            out.year = number_of(word);
        else if (digits == 1 || digits == 2)
            take_number(&out, left, number_of(word));
        else if (letters > 0 && out.month == 0)
            out.month = month_of_word(word);
        text.ptr += step;
        text.len -= step;
    }
    return out;
}

/* ---- ranges */

/* Length of the range sign at the start of text: "-", "/" or U+2013; 0 when there is none. */
static size_t range_sign(wrt_str text) {
    if (text.len > 0 && (text.ptr[0] == '-' || text.ptr[0] == '/'))
        return 1;
    return wrt_str_starts_with(text, WRT_STR("\xe2\x80\x93")) ? 3 : 0;
}

/* Cuts text into what stands before the first and after the last range sign. */
static bool cut_range(wrt_str *first, wrt_str *last, wrt_str text) {
    bool is_range = false;
    *first = text;
    for (size_t at = 0; at < text.len; at++) {
        wrt_str rest = {text.ptr + at, text.len - at};
        size_t sign = range_sign(rest);
        if (sign == 0)
            continue;
        if (!is_range)
            first->len = at;
        *last = (wrt_str){rest.ptr + sign, rest.len - sign};
        is_range = true;
    }
    return is_range;
}

static int days_of(int year, int month) {
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    bool is_leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    return days[month - 1] + (month == 2 && is_leap ? 1 : 0);
}

/* A day without a month, or one that the month does not have, is not kept. */
static void settle(point *p) {
    if (p->month == 0 || p->day > days_of(p->year, p->month))
        p->day = 0;
}

static bool is_before(const point *a, const point *b) {
    if (a->year != b->year)
        return a->year < b->year;
    if (a->month != b->month)
        return a->month != 0 && b->month != 0 && a->month < b->month;
    return a->day != 0 && b->day != 0 && a->day < b->day;
}

static void complete(point *start, point *end) {
    bool says_nothing = end->year == 0 && end->month == 0 && end->day == 0;
    if (start->year == 0)
        start->year = end->year;
    if (says_nothing) {
        end->month = start->month;
        end->day = start->day;
    } else if (end->year == 0 && end->month == 0) {
        end->month = start->month;
    }
    if (end->year == 0)
        end->year = start->year;
    settle(start);
    settle(end);
    if (is_before(end, start))
        *start = *end = (point){start->year, 0, 0};
}

/* ---- out */

static size_t print_digits(char *to, int value, size_t n) {
    for (size_t i = n; i > 0; i--, value /= 10)
        to[i - 1] = (char)('0' + value % 10);
    return n;
}

static wrt_str print_point(wrt_arena *arena, const point *p) {
    char *text = wrt_arena_alloc(arena, 12);
    size_t used = print_digits(text, p->year, 4);
    if (p->month != 0) {
        text[used++] = '-';
        used += print_digits(text + used, p->month, 2);
    }
    if (p->day != 0) {
        text[used++] = '-';
        used += print_digits(text + used, p->day, 2);
    }
    return (wrt_str){text, used};
}

void wrt_pubmed_date_of_text(wrt_pubmed_date *out, wrt_arena *arena, wrt_str raw) {
    wrt_str first = raw, last = {"", 0};
    bool is_range = cut_range(&first, &last, raw);
    *out = (wrt_pubmed_date){.raw = raw};
    point start = read_point(first, NULL);
    point end = is_range ? read_point(last, &start) : start;
    complete(&start, &end);
    if (start.year == 0)
        return;
    out->start = print_point(arena, &start);
    out->end = is_range ? print_point(arena, &end) : out->start;
}

static size_t add_part(char *to, wrt_str part, size_t used) {
    if (part.len == 0)
        return used;
    if (used > 0)
        to[used++] = ' ';
    memcpy(to + used, part.ptr, part.len);
    return used + part.len;
}

void wrt_pubmed_date_of_parts(wrt_pubmed_date *out, wrt_arena *arena,
                              const wrt_pubmed_date_parts *parts) {
    const wrt_str pieces[] = {parts->medline, parts->year, parts->month, parts->day, parts->season};
    size_t room = 0, used = 0, n = parts->medline.len > 0 ? 1 : sizeof pieces / sizeof *pieces;
    for (size_t i = 0; i < n; i++)
        room += pieces[i].len + 1;
    char *raw = wrt_arena_alloc(arena, room);
    for (size_t i = 0; i < n; i++)
        used = add_part(raw, pieces[i], used);
    wrt_pubmed_date_of_text(out, arena, (wrt_str){raw, used});
}

int wrt_pubmed_year_of_text(wrt_str text) {
    while (text.len > 0) {
        size_t digits = run_length(text, is_digit);
        if (digits == 4)
            return number_of(text);
        size_t step = digits > 0 ? digits : 1;
        text.ptr += step;
        text.len -= step;
    }
    return 0;
}

const char *wrt_pubmed_date_precision(const wrt_pubmed_date *date) {
    if (date->start.len == 0)
        return NULL;
    if (!wrt_str_equal(date->start, date->end))
        return "range";
    return date->start.len == 4 ? "year" : date->start.len == 7 ? "month" : "day";
}
