/* pairs.c: see pairs.h. */
#include "pairs.h"

#include "base/buf.h"
#include "base/rng.h"

#include <stdlib.h>
#include <string.h>

static const char *const words[] = {"the",          "drug",   "gene",      "protein",
                                    "disease",      "effect", "increases", "decreases",
                                    "causes",       "of",     "on",        "and",
                                    "is",           "in",     "patients",  "glucose",
                                    "insulin",      "5",      "mg",        "h\xc3\xa9patite",
                                    "TNF-\xce\xb1", "yes",    "no",        "not"};
enum { WORDS = sizeof words / sizeof words[0] };

static void add_words(wrt_buf *out, wrt_rng *rng, uint64_t least, uint64_t most) {
    uint64_t n = least + wrt_rng_below(rng, most - least + 1);
    for (uint64_t i = 0; i < n; i++)
        wrt_buf_printf(out, "%s%s", out->len == 0 ? "" : " ", words[wrt_rng_below(rng, WORDS)]);
}

/* The prompt of question q: a random part of the one before, then words of its own. */
static char *make_prompt(const pairs *p, size_t q, wrt_rng *rng) {
    static const char *const ends[] = {"", " ", ".", " is", " \"", "\n"};
    wrt_buf text = wrt_buf_make(4000);
    if (q > 0) {
        const char *before = p->prompts[q - 1];
        size_t cut = (size_t)wrt_rng_below(rng, strlen(before) + 1);
        while (cut > 0 && ((unsigned char)before[cut] & 0xc0) == 0x80)
            cut--; /* not inside a character */
        wrt_buf_add(&text, before, cut > 160 ? 0 : cut);
    }
    add_words(&text, rng, 3, 12);
    wrt_buf_add_c(&text, ends[wrt_rng_below(rng, sizeof ends / sizeof ends[0])]);
    return wrt_buf_take(&text);
}

static char *make_text(size_t k, wrt_rng *rng) {
    static const char *const starts[] = {" ", "", ", ", "s ", " in"};
    wrt_buf text = wrt_buf_make(400);
    wrt_buf_add_c(&text, starts[wrt_rng_below(rng, sizeof starts / sizeof starts[0])]);
    wrt_buf_add_c(&text, words[wrt_rng_below(rng, WORDS)]);
    add_words(&text, rng, 0, 3);
    wrt_buf_printf(&text, " #%zu", k); /* unlike any other candidate's end, and none begins so */
    return wrt_buf_take(&text);
}

void pairs_make(pairs *out, uint64_t seed) {
    for (size_t q = 0; q < PAIR_QUESTIONS; q++) {
        wrt_rng rng = wrt_rng_make(seed, 1, q);
        out->prompts[q] = make_prompt(out, q, &rng);
        for (size_t k = 0; k < PAIR_CANDIDATES; k++) {
            out->texts[q][k] = make_text(k, &rng);
            out->views[q][k] = wrt_str_of(out->texts[q][k]);
        }
        out->questions[q] = (wrt_llm_question){.prompt = {.text = wrt_str_of(out->prompts[q])},
                                               .candidates = out->views[q],
                                               .n = PAIR_CANDIDATES};
    }
}

void pairs_free(pairs *p) {
    for (size_t q = 0; q < PAIR_QUESTIONS; q++) {
        free(p->prompts[q]);
        for (size_t k = 0; k < PAIR_CANDIDATES; k++)
            free(p->texts[q][k]);
    }
}

void pairs_naive(double out[PAIRS], int tokens[PAIRS], const pairs *p, naive *oracle) {
    for (size_t q = 0; q < PAIR_QUESTIONS; q++) {
        for (size_t k = 0; k < PAIR_CANDIDATES; k++) {
            size_t i = q * PAIR_CANDIDATES + k;
            out[i] = naive_continue(oracle, p->prompts[q], (const char *const *)p->texts[q],
                                    PAIR_CANDIDATES, k, &tokens[i]);
        }
    }
}
