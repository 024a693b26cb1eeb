/* counters.c: see counters.h. */
#include "policies/counters.h"

#include "policies/rules.h"

const wrt_counter wrt_counters[] = {
    {"tool.calls", "calls", "calls of any tool", true},
    {"tool.*.calls", "calls", "calls of one tool", true},
    {"tool.retries", "calls", "calls made again after a failure", false},
    {"http.calls", "requests", "exchanges of tools with the network", true},
    {"http.sent_bytes", "bytes", "bodies that tools sent out", true},
    {"http.received_bytes", "bytes", "bodies that tools were answered with", true},
    {"http.retries", "requests", "exchanges made again after a failure", false},
    {"llm.calls", "requests", "questions to the language model, as sent", true},
    {"llm.questions", "questions", "texts that tools had the language model score", true},
    {"llm.sent_bytes", "bytes", "text that went to the language model", true},
    {"llm.tokens_in", "tokens", "tokens that the language model read", false},
    {"llm.tokens_out", "tokens", "tokens that the language model wrote", false},
    {"llm.cost_usd", "US dollars", "what the calls of the language model cost", false},
    {"run.wall_s", "seconds", "time since the run began", false},
};

const size_t wrt_n_counters = sizeof wrt_counters / sizeof *wrt_counters;

const wrt_counter *wrt_counter_find(const char *name) {
    const wrt_counter *general = NULL;
    for (size_t i = 0; i < wrt_n_counters; i++) {
        if (wrt_glob_match(wrt_counters[i].name, name))
            general = general == NULL ? &wrt_counters[i] : general;
    }
    return general;
}
