/* suite.h: what a suite provides to eval.c; each is a pair of files and a row of the table in
 * suites.c. */
#ifndef WRT_EVAL_SUITE_H
#define WRT_EVAL_SUITE_H

#include "agent/eval/eval.h"
#include "base/hash.h"

typedef struct {
    const char *name, *about;
    bool needs_model;
} wrt_eval_mode;

enum { WRT_EVAL_NEEDS_DATA = 1, WRT_EVAL_NEEDS_GRAPH = 2, WRT_EVAL_NEEDS_AGENT = 4 };

typedef struct {
    const char *name;
    int version; /* changes when a score would */
    const char *title;
    const char *card;           /* what is measured, how, and with which caveats; plain text */
    const wrt_eval_mode *modes; /* the first is the default; ends with a NULL name */
    const char *oracle_mode;    /* in which the data answer in the model's place; NULL: none */
    unsigned needs;
    const char *own_data; /* file of suites_dir taken without --data, or NULL */
    /* Reads the data (parsed; NULL when the suite has none); *n items. The suite keeps what it
     * needs of `data`, which outlives it. The caller closes *self, also after a failure. */
    wrt_status (*open)(void **self, size_t *n, const wrt_json *data,
                       const wrt_eval_request *request, wrt_err *err);
    /* The stratum of an item for sampling, borrowed. NULL: one stratum. */
    const char *(*stratum)(const void *self, size_t item);
    /* Runs one item: *row without meta. A failure is written into the row by the caller. */
    wrt_status (*run)(wrt_json **row, void *self, size_t item, const wrt_eval_request *request,
                      wrt_err *err);
    /* For run = wrt_play_run (play.h), else NULL: the row of an item, from the report of its
     * question. */
    wrt_status (*judge)(wrt_json **row, const wrt_json *item, const wrt_json *report, wrt_err *err);
    void (*close)(void *self); /* accepts NULL */
} wrt_eval_suite;

extern const wrt_eval_suite *const wrt_eval_suites[]; /* NULL-terminated, sorted by name */
/* WRT_E_INPUT lists the suites there are. */
wrt_status wrt_eval_suite_of(const wrt_eval_suite **out, const char *name, wrt_err *err);

/* Whether the data answer in the model's place: no model is asked. */
bool wrt_eval_mode_is_oracle(const wrt_eval_suite *suite, const wrt_eval_mode *mode);

/* NULL: the first. WRT_E_INPUT lists the modes there are. */
wrt_status wrt_eval_mode_of(const wrt_eval_mode **out, const wrt_eval_suite *suite,
                            const char *name, wrt_err *err);

/* One JSON value, or JSON lines, which become one array; with the file's sum. The caller frees.
 * WRT_E_INPUT names the line. */
wrt_status wrt_eval_read_data(wrt_json **out, char sha256[WRT_SHA256_HEX + 1], const char *path,
                              wrt_err *err);

/* A row with id, answer (NULL: none), expected and whether they are equal; the caller frees. */
wrt_json *wrt_eval_row(const char *id, const char *answer, const char *expected);
void wrt_eval_row_group(wrt_json *row, const char *group, const char *value);
void wrt_eval_row_measure(wrt_json *row, const char *name, double value);

/* ---- the model, asked within the request's policy and cancellation */

/* Yes or no, by the larger log P. */
wrt_status wrt_eval_choose_yes(bool *yes, const wrt_eval_request *request,
                               const wrt_llm_prompt *prompt, wrt_err *err);
/* *text is the caller's (free). schema may be NULL. */
wrt_status wrt_eval_write(char **text, const wrt_eval_request *request,
                          const wrt_llm_prompt *prompt, const wrt_json *schema, int max_tokens,
                          wrt_err *err);

#endif
