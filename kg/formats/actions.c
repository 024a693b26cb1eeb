/* actions.c: one row for each word that says in which direction a drug moves its target.
 *
 * The words are those that occur in the tables of Hetionet's binding edges and of DrugCentral; the
 * mechanisms are the values of Biolink's causal_mechanism_qualifier (4.4.4). "inducer" is of the
 * amount of an enzyme, not of its activity; a "substrate", "carrier", "binder" or "modulator" has
 * no sign. An "inverse agonist" lessens the activity that a receptor has without a ligand. */
#include "kg/formats/actions.h"

#include <string.h>
#include <strings.h>

static const wrt_kg_action table[] = {
    {"inhibitor", "activity", -1, "inhibition"},
    {"antagonist", "activity", -1, "antagonism"},
    {"blocker", "activity", -1, "molecular_channel_blockage"},
    {"channel blocker", "activity", -1, "molecular_channel_blockage"},
    {"gating inhibitor", "activity", -1, "gating_inhibition"},
    {"inverse agonist", "activity", -1, "inverse_agonism"},
    {"allosteric antagonist", "activity", -1, "allosteric_antagonism"},
    {"allosteric inhibitor", "activity", -1, "inhibition"},
    {"competitive inhibitor", "activity", -1, "competitive_inhibition"},
    {"non-competitive inhibitor", "activity", -1, "non_competitive_inhibition"},
    {"negative allosteric modulator", "activity", -1, "negative_allosteric_modulation"},
    {"negative modulator", "activity", -1, "negative_modulation"},
    {"suppressor", "activity", -1, NULL},
    {"agonist", "activity", 1, "agonism"},
    {"partial agonist", "activity", 1, "partial_agonism"},
    {"activator", "activity", 1, "activation"},
    {"stimulator", "activity", 1, "stimulation"},
    {"potentiator", "activity", 1, "potentiation"},
    {"positive allosteric modulator", "activity", 1, "positive_allosteric_modulation"},
    {"positive modulator", "activity", 1, "positive_modulation"},
    {"opener", "activity", 1, "molecular_channel_opening"},
    {"inducer", "activity_or_abundance", 1, "induction"},
};

const wrt_kg_action *wrt_kg_action_find(wrt_str word) {
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++)
        if (word.len == strlen(table[i].word) &&
            strncasecmp(word.ptr, table[i].word, word.len) == 0)
            return &table[i];
    return NULL;
}

/* The first of the actions that have a sign; NULL when there is none or signs differ. */
static const wrt_kg_action *agree(wrt_str actions, char separator) {
    const wrt_kg_action *first = NULL;
    wrt_str word, rest = actions;
    while (wrt_str_cut(&word, &rest, separator)) {
        const wrt_kg_action *action = wrt_kg_action_find(wrt_str_trim(word));
        if (action == NULL)
            continue;
        if (first != NULL && first->sign != action->sign)
            return NULL;
        first = first == NULL ? action : first;
    }
    return first;
}

bool wrt_kg_actions_read(wrt_kg_relation *relation, wrt_json **qualifiers, wrt_str actions,
                         char separator) {
    const wrt_kg_action *action = actions.len > 0 ? agree(actions, separator) : NULL;
    *qualifiers = NULL;
    if (action == NULL)
        return false;
    relation->predicate = WRT_STR("biolink:affects");
    relation->sign = action->sign;
    relation->is_causal = true;
    *qualifiers = wrt_json_new_object();
    wrt_json_set_text(*qualifiers, "qualified_predicate", "biolink:causes");
    wrt_json_set_text(*qualifiers, "object_aspect_qualifier", action->aspect);
    wrt_json_set_text(*qualifiers, "object_direction_qualifier",
                      action->sign > 0 ? "increased" : "decreased");
    if (action->mechanism != NULL)
        wrt_json_set_text(*qualifiers, "causal_mechanism_qualifier", action->mechanism);
    return true;
}
