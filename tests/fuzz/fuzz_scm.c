/* fuzz_scm.c: bytes as a model file of any form. A model that is read is written, read back to an
 * equal one, described, costed, and every variable's first row put into words under every rule. */
#include "scm/compile.h"
#include "scm/load.h"
#include "scm/mechanism/phrasing.h"
#include "scm/mechanism/prompt.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void need(bool holds) {
    if (!holds)
        abort();
}

static void check_error(wrt_status status, const wrt_err *err) {
    need(status < 0 && err->code == status && err->message[0] != '\0');
}

static void check_round_trip(const wrt_scm *scm) {
    wrt_scm *again = NULL;
    wrt_json *first = wrt_scm_to_json(scm);
    need(wrt_scm_parse(&again, first, NULL) == WRT_OK);
    wrt_json *second = wrt_scm_to_json(again);
    need(wrt_json_equal(first, second));
    wrt_json_free(first);
    wrt_json_free(second);
    wrt_scm_free(again);
}

static void check_words(const wrt_scm *scm) {
    static const uint8_t first[WRT_SCM_VARIABLES_MAX];
    static size_t phrasings[WRT_SCM_VARIABLES_MAX];
    need(wrt_scm_phrasing_choose(phrasings, scm, NULL, 0, 0, NULL) == WRT_OK);
    for (size_t i = 0; i < wrt_scm_count(scm); i++) {
        for (int rule = 0; rule < WRT_SCM_RULES; rule++) {
            const wrt_scm_ask ask = {
                .phrasings = phrasings, .variable = i, .values = first, .rule = (wrt_scm_rule)rule};
            wrt_arena *arena = wrt_arena_new();
            wrt_scm_prompt prompt;
            wrt_err err = {0};
            wrt_status status = WRT_OK;
            if (wrt_scm_variable_at(scm, i)->n_phrasings > 0)
                status = wrt_scm_prompt_make(&prompt, arena, scm, &ask, &err);
            if (status != WRT_OK)
                check_error(status, &err);
            wrt_arena_free(arena);
        }
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    wrt_scm *scm = NULL;
    wrt_json *notes = NULL;
    wrt_err err = {0};
    wrt_status status = wrt_scm_load_text(&scm, &notes, (wrt_str){(const char *)data, size}, &err);
    if (status != WRT_OK) {
        need(scm == NULL && notes == NULL);
        check_error(status, &err);
        return 0;
    }
    wrt_scm_cost cost = wrt_scm_cost_of(scm, 1000);
    need(cost.sampled_contexts <= cost.contexts * (1 + 1e-9));
    wrt_json_free(wrt_scm_describe(scm));
    check_round_trip(scm);
    check_words(scm);
    wrt_json_free(notes);
    wrt_scm_free(scm);
    return 0;
}
