/* patient_fhir.h: elements of a FHIR R4 Bundle as values of variables (patient.h says how). */
#ifndef WRT_SCM_ASK_PATIENT_FHIR_H
#define WRT_SCM_ASK_PATIENT_FHIR_H

#include "base/err.h"
#include "base/json.h"

enum { WRT_SCM_FHIR_RESOURCES_MAX = 10000, WRT_SCM_FHIR_MAPPINGS_MAX = 1024 };

/* *out: {variable: text or number}. Two resources that answer the same path with different values
 * are WRT_E_INPUT (which is the patient's is not for this code to guess), as is a mapping of
 * another shape. A bundle with more than one Patient is refused. */
wrt_status wrt_scm_fhir_map(wrt_json **out, const wrt_json *bundle, const wrt_json *mapping,
                            wrt_err *err);

#endif
