/* prov_doc.h: a PROV-JSON document while it is being written. Internal to the report.
 *
 * Each kind of record is kept as text, so that a record costs no look-up; identifiers are ours and
 * must be declared once. */
#ifndef WRT_REPORT_PROV_DOC_H
#define WRT_REPORT_PROV_DOC_H

#include "base/buf.h"
#include "base/err.h"
#include "base/json.h"

typedef enum {
    WRT_PROV_ENTITY,
    WRT_PROV_ACTIVITY,
    WRT_PROV_AGENT,
    WRT_PROV_USED,       /* activity, entity */
    WRT_PROV_GENERATED,  /* entity, activity */
    WRT_PROV_DERIVED,    /* generated entity, used entity */
    WRT_PROV_ASSOCIATED, /* activity, agent */
    WRT_PROV_ATTRIBUTED, /* entity, agent */
    WRT_PROV_ACTED_FOR,  /* delegate, responsible */
    WRT_PROV_INFORMED,   /* informed, informant (activities) */
    WRT_PROV_STARTED,    /* activity, starter (an activity) */
    WRT_PROV_INFLUENCED, /* influencee, influencer */
    WRT_PROV_ENDED,      /* an activity, with its time: wrt_prov_end */
    WRT_PROV_KINDS
} wrt_prov_kind;

typedef struct {
    wrt_buf section[WRT_PROV_KINDS];
    size_t relations;
} wrt_prov_doc;

wrt_prov_doc wrt_prov_doc_make(void);
void wrt_prov_doc_free(wrt_prov_doc *doc);

/* Declares a thing with its attributes; extra is an object of more of them, consumed, or NULL.
 * type is a qualified name ("wrt:claim", "prov:Person"); label may be NULL. */
void wrt_prov_declare(wrt_prov_doc *doc, wrt_prov_kind kind, const char *id, const char *type,
                      const char *label, wrt_json *extra);

/* Relates two declared identifiers, in the order of the kind; nothing where one is NULL or "".
 * role is an attribute "prov:role" (used, generated, associated) or "wrt:role", or NULL. */
void wrt_prov_relate(wrt_prov_doc *doc, wrt_prov_kind kind, const char *a, const char *b,
                     const char *role);

/* When an activity ended; nothing where either is NULL or "". */
void wrt_prov_end(wrt_prov_doc *doc, const char *activity, const char *time);

/* The whole document; `run` is the id of the run, for its namespace. */
wrt_status wrt_prov_doc_finish(wrt_json **out, const wrt_prov_doc *doc, const char *run,
                               wrt_err *err);

#endif
