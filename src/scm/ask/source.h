/* source.h: a model made ready to be asked: phrasing chosen, scoring settled, rows at hand, and
 * what every answer must say of where its numbers come from. */
#ifndef WRT_SCM_ASK_SOURCE_H
#define WRT_SCM_ASK_SOURCE_H

#include "scm/ask/request.h"
#include "scm/infer/world.h"
#include "scm/mechanism/mechanism.h"

/* Contexts that one answer may put to a language model when nobody says how many units. */
enum { WRT_SCM_ASK_CONTEXTS = 2000 };

typedef struct {
    const wrt_scm *scm;             /* borrowed */
    const wrt_scm_request *request; /* borrowed */
    wrt_scm_scorer scorer;
    wrt_scm_mechanism *mechanism; /* owned */
    wrt_scm_rows rows;
    size_t n;        /* units to sample: the request's, or the most that cost allows */
    size_t rows_max; /* of exact answers; as in wrt_scm_world */
} wrt_scm_source;

/* member: which draw of the phrasings where the request draws them. scorer: NULL or without `score`
 * for tables only: then whatever needs another row is WRT_E_UNSUPPORTED naming the variable. Errors
 * of the choice of phrasings and of wrt_scm_mechanism_make. The caller closes, also after an error.
 */
wrt_status wrt_scm_source_open(wrt_scm_source *out, const wrt_scm *scm,
                               const wrt_scm_request *request, const wrt_scm_scorer *scorer,
                               uint32_t member, wrt_err *err);
void wrt_scm_source_close(wrt_scm_source *source);

/* Units that meet at most WRT_SCM_ASK_CONTEXTS contexts in the mean, learning and all, between 50
 * and WRT_SCM_SAMPLES; the latter when every mechanism is a table. */
size_t wrt_scm_source_units(const wrt_scm *scm);

/* A world of the source with the request's do and given. The caller frees it, also after an error.
 */
wrt_status wrt_scm_source_world(wrt_scm_world *out, const wrt_scm_source *source, wrt_err *err);

/* The variables asked about: the request's, else the model's; WRT_E_INPUT says how to name one. */
wrt_status wrt_scm_source_outcome(size_t *out, const wrt_scm_source *source, wrt_err *err);
wrt_status wrt_scm_source_treatment(size_t *out, const wrt_scm_source *source, wrt_err *err);
/* The two values compared: the request's, else the first and the last of the treatment. */
wrt_status wrt_scm_source_contrast(size_t *reference, size_t *value, const wrt_scm_source *source,
                                   size_t treatment, wrt_err *err);

/* Adds "rung","method","n","seed","coupling" (null where none was used) and wrt_scm_source_stamp.
 * n 0: exact. */
typedef struct {
    int rung;
    wrt_scm_method method;
    size_t n;
    const wrt_scm_coupling *coupling;
} wrt_scm_basis;
void wrt_scm_source_sign(wrt_json *data, const wrt_scm_source *source, const wrt_scm_basis *basis);

/* Adds "model_implied","label" (when it is),"rule","temperature","phrasing","model","origin"?,
 * "usage":{"rows","contexts","calls","cache_hits","mass"} to an answer. */
void wrt_scm_source_stamp(wrt_json *data, const wrt_scm_source *source);

/* {value: number} of a variable. */
wrt_json *wrt_scm_source_values(const wrt_scm_source *source, size_t variable,
                                const double *numbers);

#endif
