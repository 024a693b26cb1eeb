/* facts.c: the facts of a text, each from its own reader. */
#include "policies/facts.h"

#include "policies/gate.h"
#include "policies/phi.h"

typedef struct {
    bool asserts;
    bool unparsed;
    bool mixed;
} found;

static void read_sentences(found *out, wrt_str text) {
    wrt_sentences reader;
    wrt_sentence sentence;
    wrt_sentences_start(&reader, text);
    while (wrt_sentences_next(&sentence, &reader)) {
        wrt_gate_class class = wrt_gate_read(&sentence);
        out->asserts = out->asserts || class == WRT_GATE_ASSERTED;
        out->unparsed = out->unparsed || class == WRT_GATE_UNPARSED;
        out->mixed = out->mixed || sentence.is_mixed || sentence.is_cut;
    }
}

static wrt_json *write_causal(const found *facts) {
    wrt_json *causal = wrt_json_new_object();
    wrt_json_set_bool(causal, "asserts", facts->asserts);
    wrt_json_set_bool(causal, "unparsed", facts->unparsed);
    return causal;
}

static wrt_json *write_phi(unsigned classes) {
    wrt_json *phi = wrt_json_new_object(), *list = wrt_json_new_array();
    for (unsigned i = 0; i < WRT_PHI_CLASSES; i++)
        if (classes & 1u << i)
            wrt_json_push_text(list, wrt_phi_name((wrt_phi_class)i));
    wrt_json_set(phi, "classes", list);
    return phi;
}

static wrt_json *write_scripts(const found *facts) {
    wrt_json *scripts = wrt_json_new_object();
    wrt_json_set_bool(scripts, "mixed", facts->mixed);
    return scripts;
}

wrt_json *wrt_facts_of(wrt_str text) {
    wrt_json *facts = wrt_json_new_object();
    bool is_too_long = text.len > WRT_FACTS_TEXT_MAX;
    found worst = {is_too_long, is_too_long, is_too_long};
    if (!is_too_long)
        read_sentences(&worst, text);
    wrt_json_set(facts, "phi",
                 write_phi(is_too_long ? (1u << WRT_PHI_CLASSES) - 1 : wrt_phi_classes_of(text)));
    wrt_json_set(facts, "causal", write_causal(&worst));
    wrt_json_set(facts, "scripts", write_scripts(&worst));
    return facts;
}
