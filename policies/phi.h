/* phi.h: identifiers of persons in a text, as far as their written form gives them away.
 *
 * The classes are those of HIPAA's Safe Harbor list, 45 CFR 164.514(b)(2)(i), that have a form:
 * dates finer than the year, ages over 89, numbers, addresses of the network. A form alone is
 * rarely enough: most classes ask for a word beside it ("MRN", "call") or a check digit (Luhn, ISO
 * 7064 mod 97-10, ISO 3779, GS1). Identifiers of the literature and of biology (PMID, NCT, DOI,
 * CURIEs, rs numbers, CAS, EC, citations, genomic positions) are recognised first and are none.
 *
 * Names, places, pictures and whatever else has no form are not found. A text in which nothing is
 * found is therefore never called free of identifiers: a report lists what was not screened. */
#ifndef WRT_POLICIES_PHI_H
#define WRT_POLICIES_PHI_H

#include "base/json.h"
#include "base/str.h"

typedef enum {
    WRT_PHI_ACCOUNT,
    WRT_PHI_AGE_OVER_89,
    WRT_PHI_DATE,
    WRT_PHI_DEA,
    WRT_PHI_DEVICE,
    WRT_PHI_EMAIL,
    WRT_PHI_FAX,
    WRT_PHI_IP,
    WRT_PHI_LICENCE,
    WRT_PHI_MRN,
    WRT_PHI_NPI,
    WRT_PHI_PHONE,
    WRT_PHI_PLAN,
    WRT_PHI_SSN,
    WRT_PHI_URL,
    WRT_PHI_VEHICLE,
    WRT_PHI_ZIP,
    WRT_PHI_CLASSES
} wrt_phi_class;

/* "account", "age_over_89", "date", ...: sorted as the enumerators are. */
const char *wrt_phi_name(wrt_phi_class class);

typedef struct {
    wrt_phi_class class;
    size_t start; /* bytes */
    size_t end;
} wrt_phi_span;

/* The first identifier that begins at *from or later; *from is then where to go on. False when
 * there is none. O(bytes) over a whole text. */
bool wrt_phi_next(wrt_phi_span *out, size_t *from, wrt_str text);

/* Bit 1 << class for every class found. */
unsigned wrt_phi_classes_of(wrt_str text);

/* {"classes":[names found],"found":[{"class","start","end"}],"screened":[names],
 * "not_screened":[texts],"truncated":bool}; at most WRT_PHI_FOUND_MAX are listed. Caller frees. */
enum { WRT_PHI_FOUND_MAX = 10000 };
wrt_json *wrt_phi_report(wrt_str text);

#endif
