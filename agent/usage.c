/* usage.c: see usage.h. */
#include "agent/usage.h"

#include <string.h>

static const char *const counts[] = {"calls", "prompt_tokens", "cached_tokens", "reply_tokens"};
enum { N_COUNTS = sizeof counts / sizeof *counts };

static wrt_json *usage_json(const int64_t values[N_COUNTS], double cost) {
    wrt_json *usage = wrt_json_new_object();
    for (size_t i = 0; i < N_COUNTS; i++)
        wrt_json_set_int(usage, counts[i], values[i]);
    wrt_json_set_number(usage, "cost", cost);
    return usage;
}

wrt_json *wrt_usage_since(const wrt_llm_usage *before, const wrt_llm *llm) {
    if (llm == NULL)
        return NULL;
    const wrt_llm_usage now = wrt_llm_usage_of(llm);
    if (now.calls == before->calls)
        return NULL;
    const int64_t values[N_COUNTS] = {
        now.calls - before->calls, now.prompt_tokens - before->prompt_tokens,
        now.cached_tokens - before->cached_tokens, now.reply_tokens - before->reply_tokens};
    return usage_json(values, now.cost - before->cost);
}

void wrt_usage_note(wrt_json **meta, wrt_llm_usage *seen, const wrt_llm *llm) {
    wrt_json *usage = wrt_usage_since(seen, llm);
    if (usage == NULL)
        return;
    *seen = wrt_llm_usage_of(llm);
    if (*meta == NULL)
        *meta = wrt_json_new_object();
    wrt_json_set(*meta, "usage", usage);
}

wrt_json *wrt_usage_of_events(const wrt_json *events) {
    int64_t values[N_COUNTS] = {0};
    double cost = 0;
    bool any = false;
    WRT_JSON_EACH(event, events) {
        const wrt_json *usage = wrt_json_path(event, "meta.usage");
        any = any || usage != NULL;
        for (size_t i = 0; i < N_COUNTS; i++)
            values[i] += wrt_json_get_int(usage, counts[i], 0);
        cost += wrt_json_get_number(usage, "cost", 0);
    }
    return any ? usage_json(values, cost) : NULL;
}

static void add_count(wrt_buf *out, const char *before, const wrt_json *usage, const char *name,
                      const char *after) {
    int64_t value = wrt_json_get_int(usage, name, 0);
    if (value > 0)
        wrt_buf_printf(out, "%s%lld%s", before, (long long)value, after);
}

void wrt_usage_words(wrt_buf *out, const wrt_json *usage) {
    double cost = wrt_json_get_number(usage, "cost", 0);
    int64_t calls = wrt_json_get_int(usage, "calls", 0);
    wrt_buf_printf(out, "%lld %s of the model", (long long)calls, calls == 1 ? "call" : "calls");
    add_count(out, ", ", usage, "prompt_tokens", " tokens read");
    add_count(out, " (", usage, "cached_tokens", " kept)");
    add_count(out, ", ", usage, "reply_tokens", " written");
    if (cost > 0)
        wrt_buf_printf(out, ", cost %.6g", cost);
}
