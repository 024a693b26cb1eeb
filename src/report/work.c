/* work.c: requests paired with answers. */
#include "report/work.h"

#include "base/arena.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- time */

static int digits(const char *text, int n) {
    int value = 0;
    for (int i = 0; i < n; i++) {
        if (text[i] < '0' || text[i] > '9')
            return -1;
        value = 10 * value + (text[i] - '0');
    }
    return value;
}

/* Days since 1970-01-01 of a day of the Gregorian calendar (Hinnant, chrono-compatible low-level
 * date algorithms, 2013). */
static int64_t days_of(int year, int month, int day) {
    int64_t y = month <= 2 ? year - 1 : year, era = y / 400, of_era = y - era * 400;
    int64_t of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
    return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468;
}

int64_t wrt_report_unix_ms(const char *text) {
    static const char form[] = "0000-00-00T00:00:00.000Z";
    static const int place[] = {0, 5, 8, 11, 14, 17, 20}, width[] = {4, 2, 2, 2, 2, 2, 3};
    static const int most[] = {9999, 12, 31, 23, 59, 60, 999};
    int part[7];
    if (text == NULL || strlen(text) != sizeof form - 1)
        return -1;
    for (size_t i = 0; i < sizeof form - 1; i++)
        if (form[i] != '0' && text[i] != form[i])
            return -1;
    for (int i = 0; i < 7; i++) {
        part[i] = digits(text + place[i], width[i]);
        if (part[i] < 0 || part[i] > most[i])
            return -1;
    }
    if (part[0] < 1970 || part[1] < 1 || part[2] < 1)
        return -1;
    int64_t seconds = ((days_of(part[0], part[1], part[2]) * 24 + part[3]) * 60 + part[4]) * 60;
    return (seconds + part[5]) * 1000 + part[6];
}

/* ---- what an event is */

typedef struct {
    const char *request, *answer; /* types of events */
    wrt_lane lane;
} exchange;

static const exchange exchanges[] = {
    {"tool.call", "tool.result", WRT_LANE_TOOL},
    {"model.request", "model.response", WRT_LANE_MODEL},
    {"llm.request", "llm.response", WRT_LANE_MODEL},
    {"http.request", "http.response", WRT_LANE_NETWORK},
    {"approval.request", "approval.grant", WRT_LANE_PERSON},
    {"approval.request", "approval.refuse", WRT_LANE_PERSON},
};

enum { N_EXCHANGES = sizeof exchanges / sizeof *exchanges };

static wrt_lane lane_of(const char *type) {
    for (size_t i = 0; i < N_EXCHANGES; i++)
        if (strcmp(type, exchanges[i].request) == 0 || strcmp(type, exchanges[i].answer) == 0)
            return exchanges[i].lane;
    return strcmp(type, "policy.decision") == 0 ? WRT_LANE_POLICY : WRT_LANE_PROGRAM;
}

/* "kg_paths (paths)", "order", "tool_call allow", "claim c3". */
static void write_label(wrt_work *w, const char *type, const wrt_json *body) {
    const char *tool = wrt_json_get_text(body, "tool", NULL);
    const char *step = wrt_json_get_text(body, "step", NULL);
    const char *phase = wrt_json_get_text(body, "phase", NULL);
    const char *purpose = wrt_json_get_text(body, "purpose", NULL);
    const char *id = wrt_json_get_text(body, "id", "");
    if (phase != NULL)
        (void)snprintf(w->text, sizeof w->text, "%.40s: %.30s", phase,
                       wrt_json_get_text(body, "decision", "?"));
    else if (tool != NULL)
        (void)snprintf(w->text, sizeof w->text, "%.50s (%.30s)", tool, step != NULL ? step : "-");
    else if (purpose != NULL)
        (void)snprintf(w->text, sizeof w->text, "%.80s", purpose);
    else
        (void)snprintf(w->text, sizeof w->text, "%.40s %.40s", type, id);
    w->text[wrt_utf8_valid_prefix(wrt_str_of(w->text))] = '\0';
}

/* ---- pairing */

static bool is_answer(const char *type, const char *request) {
    for (size_t i = 0; i < N_EXCHANGES; i++)
        if (strcmp(type, exchanges[i].answer) == 0 && strcmp(request, exchanges[i].request) == 0)
            return true;
    return false;
}

static bool is_request(const char *type) {
    for (size_t i = 0; i < N_EXCHANGES; i++)
        if (strcmp(type, exchanges[i].request) == 0)
            return true;
    return false;
}

/* Equal where both state it. */
static bool agree(const wrt_json *a, const wrt_json *b, const char *key) {
    const wrt_json *x = wrt_json_get(a, key), *y = wrt_json_get(b, key);
    return x == NULL || y == NULL || wrt_json_equal(x, y);
}

typedef struct {
    const char *type;
    const wrt_json *body;
    size_t work;
} waiting;

/* The last request that this answers; n_waiting when there is none. */
static size_t find_request(const waiting *list, size_t n, const char *type, const wrt_json *body) {
    for (size_t i = n; i > 0; i--) {
        const waiting *w = &list[i - 1];
        if (is_answer(type, w->type) && agree(body, w->body, "step") &&
            agree(body, w->body, "call") && agree(body, w->body, "n") &&
            agree(body, w->body, "decision"))
            return i - 1;
    }
    return n;
}

static void add_work(wrt_works *out, const char *type, const wrt_json *body, double at_s,
                     int64_t seq) {
    wrt_work *w = &out->list[out->n++];
    *w = (wrt_work){.span = {lane_of(type), at_s, at_s, NULL},
                    .first = seq,
                    .last = seq,
                    .is_open = is_request(type)};
    write_label(w, type, body);
    w->span.label = w->text;
}

static void close_work(wrt_work *w, double at_s, int64_t seq) {
    w->span.end_s = at_s > w->span.start_s ? at_s : w->span.start_s;
    w->last = seq;
    w->is_open = false;
}

static double seconds_of(const wrt_json *event, int64_t start, bool *has_clock) {
    int64_t ms = wrt_report_unix_ms(wrt_json_get_text(wrt_json_get(event, "meta"), "ts", NULL));
    *has_clock = *has_clock && ms >= start;
    return ms > start ? (double)(ms - start) / 1000 : 0;
}

void wrt_works_read(wrt_works *out, const wrt_run_view *view) {
    int64_t start =
        wrt_report_unix_ms(wrt_json_get_text(wrt_json_get(view->first, "meta"), "ts", NULL));
    waiting *open = wrt_calloc(view->n_events + 1, sizeof *open);
    size_t n_open = 0;
    *out = (wrt_works){.list = wrt_calloc(view->n_events + 1, sizeof *out->list),
                       .has_clock = start >= 0};
    WRT_JSON_EACH(event, view->events) {
        const char *type = wrt_json_get_text(event, "type", "?");
        const wrt_json *body = wrt_json_get(event, "body");
        int64_t seq = wrt_json_get_int(event, "seq", -1);
        double at_s = out->has_clock ? seconds_of(event, start, &out->has_clock) : 0;
        size_t found = find_request(open, n_open, type, body);
        if (found < n_open) {
            close_work(&out->list[open[found].work], at_s, seq);
            open[found] = open[--n_open];
            continue;
        }
        if (is_request(type))
            open[n_open++] = (waiting){type, body, out->n};
        add_work(out, type, body, at_s, seq);
    }
    free(open);
}

void wrt_works_free(wrt_works *works) {
    free(works->list);
    *works = (wrt_works){0};
}
