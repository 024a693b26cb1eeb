/* trapi_parts.h: identifiers, categories, predicates and attributes as TRAPI wants them. Internal
 * to the report.
 *
 * Biolink Model 4.4 (CC0-1.0). The identifier of this program as a source, infores:warrant, stands
 * in no catalogue of information resources. */
#ifndef WRT_REPORT_TRAPI_PARTS_H
#define WRT_REPORT_TRAPI_PARTS_H

#include "base/buf.h"
#include "base/json.h"

#define WRT_TRAPI_SELF "infores:warrant"

enum { WRT_TRAPI_ID_MAX = 512 };

/* A CURIE with Biolink's prefix ("UniProt:P1" is "UniProtKB:P1"); what is no CURIE becomes
 * "warrant.local:" and the text, percent-encoded. Longer texts are cut. */
void wrt_trapi_curie(char out[WRT_TRAPI_ID_MAX], const char *id);

/* "Drug" is "biolink:Drug"; a kind that is no class of Biolink is "biolink:NamedThing". */
void wrt_trapi_category(char out[64], const char *kind);

/* "biolink:treats" or another predicate of this form, else "biolink:related_to". */
void wrt_trapi_predicate(char out[96], const char *predicate);

/* Predicate and direction of a claim's relation; *direction is the qualifier "increased" or
 * "decreased", or NULL. */
const char *wrt_trapi_relation(const char **direction, const char *relation);

/* "infores:x" as it is; another name in that form; NULL: "infores:not-provided". */
void wrt_trapi_infores(char out[96], const char *name);

/* Adds an attribute to an array. type is a CURIE; name, which may be NULL, is what we call it. The
 * value is consumed; NULL, null and empty arrays add nothing. */
void wrt_trapi_attribute(wrt_json *list, const char *type, const char *name, wrt_json *value);

/* Ours: an attribute of the type biolink:Attribute with a name. NULL text adds nothing. */
void wrt_trapi_note(wrt_json *list, const char *name, const char *text);

void wrt_trapi_qualifier(wrt_json *edge, const char *type, const char *value);

#endif
