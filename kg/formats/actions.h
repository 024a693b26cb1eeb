/* actions.h: what a drug does to its target, in the words of DrugBank, ChEMBL and DrugCentral. */
#ifndef WRT_KG_FORMATS_ACTIONS_H
#define WRT_KG_FORMATS_ACTIONS_H

#include "base/json.h"
#include "kg/sink.h"

typedef struct {
    const char *word;      /* "inhibitor" */
    const char *aspect;    /* object_aspect_qualifier */
    int sign;              /* +1 more, -1 less of the aspect */
    const char *mechanism; /* causal_mechanism_qualifier */
} wrt_kg_action;

/* NULL for words that say nothing of more or less ("substrate", "binder", "modulator"). Upper and
 * lower case are the same. */
const wrt_kg_action *wrt_kg_action_find(wrt_str word);

/* Makes the relation "affects, decreased activity" when all actions (joined by separator) that have
 * a sign agree; false, and the relation is as it was, when none has one or they disagree.
 * *qualifiers: the caller's, NULL when false. */
bool wrt_kg_actions_read(wrt_kg_relation *relation, wrt_json **qualifiers, wrt_str actions,
                         char separator);

#endif
