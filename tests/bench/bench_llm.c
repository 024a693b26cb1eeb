/* bench_llm.c: scoring the contexts of a six-variable SD-SCM, through the prefix tree and naively.
 *
 *   bench_llm MODEL.gguf [THREADS] [NAIVE_PAIRS]
 *
 * The contexts are those that exact compilation of the model needs: for every variable one prompt
 * for each combination of its parents' values, all behind one introduction, and four candidate
 * values each. Naive is what a score means: prompt and candidate evaluated from an empty cache, one
 * pair at a time, in one batch. With NAIVE_PAIRS only the first so many pairs are timed that way
 * and the rest is taken in proportion; both numbers come from this one run. The lower bound is
 * counted here, from the tokens, by sorting all proper prefixes. */
#include "base/clock.h"
#include "llm/llm.h"
#include "tests/llm/naive.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { VARIABLES = 6, VALUES = 4, QUESTIONS_MAX = 128, TOKENS_MAX = 1024 };

typedef struct {
    const char *stem;
    const char *values[VALUES];
    int parents[2]; /* -1: none */
} variable;

static const char intro[] =
    "The following are records of women who were treated for an early breast cancer at a regional "
    "hospital. Each record was written by the physician in charge at the first visit and completed "
    "at every later one, and each states the age group, the stage of the tumour, the state of its "
    "hormone receptors, the therapy that was chosen by the tumour board, how well the therapy was "
    "tolerated over its whole course, and whether the illness had come back after five years. The "
    "records were copied without names or dates, sentences were kept short and in one order, and "
    "no record was left out because of what it says. The therapy followed the guideline of the "
    "time unless the patient or her physician had reasons to depart from it, which were noted "
    "elsewhere, in the letters between the hospital and the practice. Tolerance was judged by the "
    "nurses from the patients' own diaries. A return of the "
    "illness was only noted when it had been confirmed by a tissue sample, and the pathologist did "
    "not know which therapy had been given. Here is one such record.";

static const variable model[VARIABLES] = {
    {" The patient is",
     {" younger than forty years", " between forty and fifty-five",
      " between fifty-five and seventy", " older than seventy years"},
     {-1, -1}},
    {" The tumour is",
     {" small and without spread", " small but in one node", " large but without spread",
      " large and in several nodes"},
     {0, -1}},
    {" Its receptors are",
     {" positive for both hormones", " positive for oestrogen only", " negative for both hormones",
      " positive for HER2 only"},
     {0, 1}},
    {" The board chose",
     {" surgery with no drug", " surgery and an endocrine drug", " surgery and chemotherapy first",
      " an antibody with chemotherapy"},
     {1, 2}},
    {" The therapy was",
     {" tolerated without complaints", " tolerated with some nausea", " reduced after two cycles",
      " stopped for severe reactions"},
     {0, 3}},
    {" After five years there was",
     {" no sign of illness", " a local return only", " a distant return found",
      " a second new tumour"},
     {3, 4}},
};

typedef struct {
    char *prompts[QUESTIONS_MAX];
    wrt_str candidates[VARIABLES][VALUES];
    wrt_llm_question questions[QUESTIONS_MAX];
    int variable_of[QUESTIONS_MAX];
    size_t n;
} contexts;

/* One prompt for each combination of the parents' values. */
static void add_variable(contexts *c, int v) {
    const variable *var = &model[v];
    int first = var->parents[0] < 0 ? 1 : VALUES;
    int second = var->parents[1] < 0 ? 1 : VALUES;
    for (int a = 0; a < first; a++) {
        for (int b = 0; b < second; b++) {
            wrt_buf text = wrt_buf_make(8192);
            wrt_buf_add_c(&text, intro);
            if (var->parents[0] >= 0)
                wrt_buf_printf(&text, "%s%s.", model[var->parents[0]].stem,
                               model[var->parents[0]].values[a]);
            if (var->parents[1] >= 0)
                wrt_buf_printf(&text, "%s%s.", model[var->parents[1]].stem,
                               model[var->parents[1]].values[b]);
            wrt_buf_add_c(&text, var->stem);
            c->prompts[c->n] = wrt_buf_take(&text);
            c->variable_of[c->n] = v;
            c->questions[c->n] =
                (wrt_llm_question){.prompt = {.text = wrt_str_of(c->prompts[c->n])},
                                   .candidates = c->candidates[v],
                                   .n = VALUES,
                                   .terminator = WRT_STR(".")};
            c->n++;
        }
    }
}

static void make_contexts(contexts *c) {
    c->n = 0;
    for (int v = 0; v < VARIABLES; v++) {
        for (int k = 0; k < VALUES; k++)
            c->candidates[v][k] = wrt_str_of(model[v].values[k]);
        add_variable(c, v);
    }
}

/* Text k of question q as the naive way reads it: value and full stop. */
static char *full_text(const contexts *c, size_t q, int k) {
    wrt_buf text = wrt_buf_make(400);
    wrt_buf_printf(&text, "%s.", model[c->variable_of[q]].values[k]);
    return wrt_buf_take(&text);
}

/* ---- the lower bound ------------------------------------------------------------------------- */

typedef struct {
    int ids[TOKENS_MAX];
    int n;
} sequence;

static int compare_sequences(const void *left, const void *right) {
    const sequence *a = left;
    const sequence *b = right;
    for (int i = 0; i < a->n && i < b->n; i++) {
        if (a->ids[i] != b->ids[i])
            return a->ids[i] < b->ids[i] ? -1 : 1;
    }
    return (a->n > b->n) - (a->n < b->n);
}

/* Distinct proper prefixes of all prompt and candidate sequences. *all is their number without
 * sharing. */
static long count_least(const contexts *c, naive *oracle, long *all, int *prefix) {
    size_t n = c->n * VALUES;
    sequence *list = calloc(n, sizeof *list);
    long least = 0;
    *all = 0;
    for (size_t i = 0; i < n; i++) {
        char *text = full_text(c, i / VALUES, (int)(i % VALUES));
        list[i].n = naive_tokens(oracle, c->prompts[i / VALUES], text, list[i].ids, TOKENS_MAX) - 1;
        *all += list[i].n;
        free(text);
    }
    qsort(list, n, sizeof *list, compare_sequences);
    for (size_t i = 0; i < n; i++) {
        int same = 0;
        while (i > 0 && same < list[i].n && same < list[i - 1].n &&
               list[i].ids[same] == list[i - 1].ids[same])
            same++;
        least += list[i].n - same;
    }
    int ids[TOKENS_MAX];
    *prefix = naive_tokens(oracle, intro, "", ids, TOKENS_MAX);
    free(list);
    return least;
}

/* ---- the two ways ---------------------------------------------------------------------------- */

static double seconds(int64_t since_ms) {
    return (double)(wrt_clock_monotonic_ms() - since_ms) / 1000.0;
}

static double time_naive(const contexts *c, naive *oracle, size_t n_pairs, double *scores) {
    int64_t start = wrt_clock_monotonic_ms();
    for (size_t i = 0; i < n_pairs; i++) {
        size_t q = i / VALUES;
        char *texts[VALUES];
        for (int k = 0; k < VALUES; k++)
            texts[k] = full_text(c, q, k);
        scores[i] = naive_continue(oracle, c->prompts[q], (const char *const *)texts, VALUES,
                                   i % VALUES, NULL);
        for (int k = 0; k < VALUES; k++)
            free(texts[k]);
    }
    return seconds(start);
}

static int run(const char *path, int threads, size_t n_pairs) {
    static contexts c;
    static wrt_llm_score scores[QUESTIONS_MAX * VALUES];
    static double naive_scores[QUESTIONS_MAX * VALUES];
    wrt_buf spec = wrt_buf_make(4200);
    wrt_llm *llm = NULL;
    wrt_err err = {0};
    long all = 0;
    int prefix = 0;
    double worst = 0;
    const wrt_llm_options options = {.threads = threads};
    wrt_buf_printf(&spec, "llama:%s", path);
    make_contexts(&c);
    if (wrt_llm_open(&llm, spec.ptr, &options, &err) != WRT_OK) {
        fprintf(stderr, "bench_llm: %s\n", err.message);
        return 1;
    }
    int64_t start = wrt_clock_monotonic_ms();
    if (wrt_llm_score_all(scores, llm, c.questions, c.n, &err) != WRT_OK) {
        fprintf(stderr, "bench_llm: %s\n", err.message);
        return 1;
    }
    double tree = seconds(start);
    wrt_llm_usage usage = wrt_llm_usage_of(llm);
    size_t pairs = c.n * VALUES;
    n_pairs = n_pairs == 0 || n_pairs > pairs ? pairs : n_pairs;
    naive *oracle = naive_open_threads(path, false, threads);
    long least = count_least(&c, oracle, &all, &prefix);
    double one_by_one = time_naive(&c, oracle, n_pairs, naive_scores);
    for (size_t i = 0; i < n_pairs; i++)
        worst = fmax(worst, fabs(scores[i].log_p - naive_scores[i]));
    double whole = one_by_one * (double)pairs / (double)n_pairs;
    printf("contexts            %zu prompts x %d candidates = %zu scores, introduction %d tokens\n",
           c.n, VALUES, pairs, prefix);
    printf("tokens, no sharing  %ld\n", all);
    printf("tokens, lower bound %ld\n", least);
    printf("tokens evaluated    %lld (%.4f of the bound)\n", (long long)usage.decoded,
           (double)usage.decoded / (double)least);
    printf("prefix tree         %.3f s, %.1f scores/s\n", tree, (double)pairs / tree);
    printf("naive               %.3f s for %zu of %zu pairs, %.1f s for all\n", one_by_one, n_pairs,
           pairs, whole);
    printf("ratio               %.1fx\n", whole / tree);
    printf("largest difference  %.2e nats (f16 cache)\n", worst);
    naive_close(oracle);
    wrt_llm_close(llm);
    wrt_buf_free(&spec);
    for (size_t q = 0; q < c.n; q++)
        free(c.prompts[q]);
    return 0;
}

int main(int argc, char **argv) {
    int64_t threads = 1;
    int64_t pairs = 0;
    if (argc < 2 || (argc > 2 && !wrt_str_to_int64(&threads, wrt_str_of(argv[2]))) ||
        (argc > 3 && !wrt_str_to_int64(&pairs, wrt_str_of(argv[3]))) || threads < 1 || pairs < 0) {
        fputs("usage: bench_llm MODEL.gguf [THREADS] [NAIVE_PAIRS]\n", stderr);
        return 2;
    }
    return run(argv[1], (int)threads, (size_t)pairs);
}
