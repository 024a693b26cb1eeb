/* recompute_choice.c: steer.c and wrt_llm_choose, the other way round. */
#include "agent/audit/recompute_choice.h"

#include "agent/steer.h"

#include <math.h>
#include <string.h>

/* Is the choice the first of the highest? Of scores that are bounds only that none surely beats it:
 * what each is by itself is not recorded. */
static bool is_highest(const wrt_json *detail, size_t n, size_t choice) {
    bool is_bound = wrt_json_get(detail, "low") != NULL;
    const wrt_json *least = wrt_json_get(detail, is_bound ? "low" : "log_p");
    const wrt_json *most = wrt_json_get(detail, is_bound ? "high" : "log_p");
    if (wrt_json_count(least) != n || wrt_json_count(most) != n)
        return false;
    const wrt_json *own = wrt_json_at(most, choice);
    if (is_bound && !wrt_json_is(own, WRT_JSON_NUMBER))
        return true;
    double best = wrt_json_number(own, -INFINITY);
    size_t i = 0;
    WRT_JSON_EACH(item, least) {
        double other = wrt_json_number(item, -INFINITY);
        if (other > best || (!is_bound && other == best && i < choice))
            return false;
        i++;
    }
    return true;
}

static bool has_only(const wrt_json *object, const char *const *names, size_t n) {
    WRT_JSON_EACH(member, object) {
        size_t i = 0;
        while (i < n && strcmp(wrt_json_key(member), names[i]) != 0)
            i++;
        if (i == n)
            return false;
    }
    return true;
}

static const char *check_scored(const wrt_json *detail, size_t n, size_t choice) {
    static const char *const members[] = {"log_p", "quality", "low", "high", "by_text"};
    if (!has_only(detail, members, sizeof members / sizeof *members))
        return "the detail of a scored choice is not of the form that a model gives";
    if (wrt_json_get_bool(detail, "by_text", false) ||
        strcmp(wrt_json_get_text(detail, "quality", ""), "missing") == 0)
        return NULL; /* said in words that are not recorded */
    return is_highest(detail, n, choice) ? NULL
                                         : "the choice is not the option of the highest score";
}

static const char *check_worded(const wrt_json *detail, const wrt_json *option) {
    const char *said = wrt_json_get_text(detail, "text", NULL), *meant = wrt_json_text(option);
    if (wrt_json_count(detail) != 1 || said == NULL)
        return "the detail of a worded choice is not the text alone";
    return meant != NULL && strcmp(said, meant) == 0
               ? NULL
               : "the choice is not the option that stands in the text";
}

/* Words, or a call that is none of those offered, choose nothing: option 0. */
static const char *check_called(const wrt_json *detail, const wrt_json *options, size_t choice) {
    const wrt_json *calls = wrt_json_get(detail, "calls");
    wrt_str texts[WRT_STEER_OPTIONS_MAX];
    size_t n = 0;
    if (wrt_json_count(detail) != 1 ||
        (calls == NULL && wrt_json_get_text(detail, "text", NULL) == NULL))
        return "the detail of a call is neither calls nor a text";
    WRT_JSON_EACH(option, options)
    if (n < WRT_STEER_OPTIONS_MAX)
        texts[n++] = wrt_str_of(wrt_json_text(option));
    return choice == wrt_steer_called(wrt_json_first(calls), texts, n)
               ? NULL
               : "the choice is not the option that the call names";
}

const char *wrt_recompute_choice(const wrt_json *request, const wrt_json *response) {
    const wrt_json *options = wrt_json_get(request, "options");
    const wrt_json *detail = wrt_json_get(response, "detail");
    int64_t choice = wrt_json_get_int(response, "choice", -1);
    size_t n = wrt_json_count(options);
    if (wrt_json_get_int(request, "call", -1) != wrt_json_get_int(response, "call", -2))
        return "no model.request of this number stands before it";
    if (wrt_json_get(response, "error") != NULL)
        return choice == 0 && detail == NULL ? NULL : "a model that failed chose nothing";
    if (choice < 0 || (uint64_t)choice >= n)
        return "the choice is none of the options";
    const char *form = wrt_json_get_text(request, "form", "");
    if (strcmp(form, "calls") == 0)
        return check_called(detail, options, (size_t)choice);
    return strcmp(form, "grammar") == 0 ? check_worded(detail, wrt_json_at(options, (size_t)choice))
                                        : check_scored(detail, n, (size_t)choice);
}
