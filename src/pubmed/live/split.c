/* split.c: halving a query until each part can be listed.
 *
 * The parts that are still to be asked lie on a stack; a part is a range of days, or one day and a
 * range of PMIDs. A part that is halved has at least two days or two PMIDs, so the stack is at most
 * as deep as their binary logarithms together. */
#include "pubmed/live/split.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "pubmed/live/eutils_ask.h"

enum { STACK_MAX = 128, MAX_IDS = 1000000, MAX_SEARCHES = 1000 };
#define PMID_LAST INT64_C(999999999)

typedef struct {
    int64_t first_day, last_day; /* days since 1970-01-01 */
    int64_t first_id, last_id;   /* 0, 0: any */
} part;

typedef struct {
    wrt_live_work *work;
    const char *term;
    wrt_eutils_all_options options;
    part stack[STACK_MAX];
    size_t depth;
    int64_t *ids;
    size_t n, room;
    int searches;
} splitting;

/* Days of a proleptic Gregorian date and back (H. Hinnant, "civil from days"). */
static int64_t days_of(int64_t year, int64_t month, int64_t day) {
    year -= month <= 2;
    int64_t era = year / 400, yoe = year - era * 400;
    int64_t doy = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
    return era * 146097 + yoe * 365 + yoe / 4 - yoe / 100 + doy - 719468;
}

static void format_day(char out[16], int64_t days) {
    days += 719468;
    int64_t era = days / 146097, doe = days - era * 146097;
    int64_t yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
    int64_t doy = doe - (365 * yoe + yoe / 4 - yoe / 100), mp = (5 * doy + 2) / 153;
    int64_t day = doy - (153 * mp + 2) / 5 + 1, month = mp + (mp < 10 ? 3 : -9);
    int64_t year = yoe + era * 400 + (month <= 2);
    (void)snprintf(out, 16, "%04d/%02d/%02d", (int)(year % 10000), (int)month, (int)day);
}

static bool is_divisible(const part *one) {
    return one->first_day < one->last_day || one->first_id < one->last_id;
}

/* The halves of a part: of its days, then of its PMIDs. */
static void halve(part halves[2], const part *one) {
    halves[0] = halves[1] = *one;
    if (one->first_day < one->last_day) {
        halves[0].last_day = one->first_day + (one->last_day - one->first_day) / 2;
        halves[1].first_day = halves[0].last_day + 1;
    } else {
        halves[0].last_id = one->first_id + (one->last_id - one->first_id) / 2;
        halves[1].first_id = halves[0].last_id + 1;
    }
}

static void add_range(wrt_buf *out, const part *one) {
    char first[16], last[16];
    format_day(first, one->first_day);
    format_day(last, one->last_day);
    wrt_buf_printf(out, " AND %s:%s[edat]", first, last);
    if (one->first_id > 1 || one->last_id < PMID_LAST)
        wrt_buf_printf(out, " AND %lld:%lld[uid]", (long long)one->first_id,
                       (long long)one->last_id);
}

/* Asks for a part, or for the whole when it is NULL. */
static wrt_status search(wrt_eutils_answer *out, splitting *self, const part *one, wrt_err *err) {
    if (self->searches >= self->options.max_searches)
        return wrt_fail(err, WRT_E_LIMIT, "the query takes more than %d searches: narrow it",
                        self->options.max_searches);
    self->searches++;
    wrt_buf term = wrt_buf_make(WRT_EUTILS_TERM_MAX + WRT_KIB(1));
    wrt_buf_printf(&term, one != NULL ? "(%s)" : "%s", self->term);
    if (one != NULL)
        add_range(&term, one);
    wrt_eutils_query query = {.term = term.ptr, .limit = WRT_EUTILS_REACH};
    wrt_status status = wrt_eutils_search(out, self->work, &query, err);
    wrt_buf_free(&term);
    return status;
}

static void take(splitting *self, wrt_id_list ids) {
    if (ids.n > self->room - self->n) {
        self->room = 2 * self->room + ids.n;
        self->ids = wrt_realloc(self->ids, self->room * sizeof *self->ids);
    }
    if (ids.n > 0)
        memcpy(self->ids + self->n, ids.items, ids.n * sizeof *self->ids);
    self->n += ids.n;
}

static wrt_status work_off(splitting *self, wrt_err *err) {
    while (self->depth > 0) {
        part one = self->stack[--self->depth];
        wrt_eutils_answer answer = {0};
        wrt_status status = search(&answer, self, &one, err);
        if (status != WRT_OK)
            return status;
        if (answer.count <= WRT_EUTILS_REACH) {
            take(self, answer.ids);
            continue;
        }
        if (!is_divisible(&one) || self->depth + 2 > STACK_MAX)
            return wrt_fail(err, WRT_E_FAILED, "esearch counts %lld records of one PMID",
                            (long long)answer.count);
        halve(self->stack + self->depth, &one);
        self->depth += 2;
    }
    return WRT_OK;
}

static int compare_down(const void *a, const void *b) {
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return x > y ? -1 : x < y;
}

static void finish(wrt_eutils_all *out, splitting *self) {
    size_t n = 0;
    if (self->n > 0)
        qsort(self->ids, self->n, sizeof *self->ids, compare_down);
    for (size_t i = 0; i < self->n; i++)
        if (n == 0 || self->ids[n - 1] != self->ids[i])
            self->ids[n++] = self->ids[i];
    int64_t *ids = wrt_arena_calloc(self->work->arena, n, sizeof *ids);
    if (n > 0)
        memcpy(ids, self->ids, n * sizeof *ids);
    out->ids = (wrt_id_list){ids, n};
    out->searches = self->searches;
    out->is_complete = (int64_t)n == out->count;
}

/* Entrez dates begin with the oldest record of PubMed; some lie a few days ahead of today. */
static part whole_range(void) {
    int64_t today = wrt_clock_unix_ms() / 86400000;
    return (part){days_of(1780, 1, 1), today + 730, 1, PMID_LAST};
}

wrt_status wrt_eutils_search_all(wrt_eutils_all *out, wrt_live_work *work, const char *term,
                                 const wrt_eutils_all_options *options, wrt_err *err) {
    splitting self = {.work = work, .term = term};
    wrt_eutils_answer answer = {0};
    *out = (wrt_eutils_all){0};
    if (options != NULL)
        self.options = *options;
    if (self.options.max_ids == 0)
        self.options.max_ids = MAX_IDS;
    if (self.options.max_searches == 0)
        self.options.max_searches = MAX_SEARCHES;
    if (!wrt_eutils_is_balanced(wrt_str_of(term)))
        return wrt_fail(err, WRT_E_INPUT,
                        "the brackets or quotation marks of the query do not match");
    wrt_status status = search(&answer, &self, NULL, err);
    if (status != WRT_OK)
        return status;
    out->count = answer.count;
    if (answer.count > self.options.max_ids)
        return wrt_fail(err, WRT_E_LIMIT, "the query finds %lld records, at most %lld are listed",
                        (long long)answer.count, (long long)self.options.max_ids);
    if (answer.count <= WRT_EUTILS_REACH) {
        take(&self, answer.ids);
    } else {
        self.stack[self.depth++] = whole_range();
        status = work_off(&self, err);
    }
    if (status == WRT_OK)
        finish(out, &self);
    free(self.ids);
    return status;
}
