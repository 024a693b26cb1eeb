/* patient.h: what is seen of one patient, as {variable: value} of a model.
 *
 * Three forms: a flat JSON object {variable: value} (numbers and truth values are read as their
 * text); a table in CSV or TSV with a header line, one row of which is the patient; a FHIR R4
 * Bundle (Patient, Condition, Observation, MedicationStatement and any other resource) with a
 * mapping {"Resource.path.to.element": variable} or {...: {"variable": name, "values": {found:
 * value}, "when": {path: text}}}. Paths are element names parted by dots; an array on the way means
 * its first element that has the rest. `when` keeps to resources whose element has that text, such
 * as {"code.coding.code": "..."}. A value that is not of the model, or a name that is none of its
 * variables, is an error that lists what is allowed; an empty cell or an absent element is not
 * seen. */
#ifndef WRT_SCM_ASK_PATIENT_H
#define WRT_SCM_ASK_PATIENT_H

#include "scm/model.h"

enum { WRT_SCM_PATIENT_MAX = 1 << 24 }; /* bytes of a file */

typedef struct {
    size_t row;              /* of a table, from 1; 0: by id, or the only row */
    const char *id;          /* value of the table's first column; NULL: none */
    const wrt_json *mapping; /* of a Bundle; NULL: none */
} wrt_scm_patient_choice;

/* *unused (may be NULL): a list of columns of the table that are no variables, to be told. In a
 * table they are passed over, in an object they are errors. WRT_E_INPUT as said above. The caller
 * frees both. */
wrt_status wrt_scm_patient_read(wrt_json **out, wrt_json **unused, const wrt_scm *scm, wrt_str text,
                                const wrt_scm_patient_choice *choice, wrt_err *err);

#endif
