/* facts.c: the facts of a text, each from its own reader. */
#include "policies/facts.h"

#include "policies/clinical.h"
#include "policies/gate.h"
#include "policies/phi.h"

typedef struct {
    bool asserts;
    bool unparsed;
    bool mixed;
    unsigned clinical; /* bit 1 << kind */
    unsigned hazards;
    unsigned phi;
} found;

static const found worst = {true,
                            true,
                            true,
                            (1u << WRT_CLINICAL_KINDS) - 1,
                            (1u << WRT_HAZARD_KINDS) - 1,
                            (1u << WRT_PHI_CLASSES) - 1};

static void read_sentences(found *out, wrt_str text) {
    wrt_sentences reader;
    wrt_sentence sentence;
    wrt_sentences_start(&reader, text);
    while (wrt_sentences_next(&sentence, &reader)) {
        wrt_gate_class class = wrt_gate_read(&sentence);
        out->asserts = out->asserts || class == WRT_GATE_ASSERTED;
        out->unparsed = out->unparsed || class == WRT_GATE_UNPARSED;
        out->clinical |= wrt_clinical_read(&sentence);
        out->hazards |= wrt_hazard_read(&sentence);
        out->mixed = out->mixed || sentence.is_mixed || sentence.is_cut;
    }
}

static wrt_json *write_causal(const found *facts) {
    wrt_json *causal = wrt_json_new_object();
    wrt_json_set_bool(causal, "asserts", facts->asserts);
    wrt_json_set_bool(causal, "unparsed", facts->unparsed);
    return causal;
}

static const char *name_identifier(unsigned i) {
    return wrt_phi_name((wrt_phi_class)i);
}

static const char *name_kind(unsigned i) {
    return wrt_clinical_name((wrt_clinical_kind)i);
}

static const char *name_hazard(unsigned i) {
    return wrt_hazard_name((wrt_hazard_kind)i);
}

/* {"KEY":[names of the bits that are set]} */
static wrt_json *write_set(const char *key, unsigned bits, const char *(*name)(unsigned)) {
    wrt_json *json = wrt_json_new_object(), *list = wrt_json_new_array();
    for (unsigned i = 0; bits >> i != 0; i++)
        if (bits & 1u << i)
            wrt_json_push_text(list, name(i));
    wrt_json_set(json, key, list);
    return json;
}

static wrt_json *write_scripts(const found *facts) {
    wrt_json *scripts = wrt_json_new_object();
    wrt_json_set_bool(scripts, "mixed", facts->mixed);
    return scripts;
}

wrt_json *wrt_facts_of(wrt_str text) {
    wrt_json *facts = wrt_json_new_object();
    found read = {0};
    if (text.len > WRT_FACTS_TEXT_MAX) {
        read = worst;
    } else {
        read_sentences(&read, text);
        read.phi = wrt_phi_classes_of(text);
    }
    wrt_json_set(facts, "phi", write_set("classes", read.phi, name_identifier));
    wrt_json_set(facts, "causal", write_causal(&read));
    wrt_json_set(facts, "clinical", write_set("kinds", read.clinical, name_kind));
    wrt_json_set(facts, "dual_use", write_set("kinds", read.hazards, name_hazard));
    wrt_json_set(facts, "scripts", write_scripts(&read));
    return facts;
}
