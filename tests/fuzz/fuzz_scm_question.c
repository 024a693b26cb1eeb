/* fuzz_scm_question.c: bytes as a question {"outcome","do","given","coupling"} to a made-up model
 * of four variables. Whatever is answered is a distribution, exactly and by sampling, and lies
 * within its bounds. */
#include "scm/infer/query.h"
#include "scm/infer/whatif.h"
#include "scm/load.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char model[] =
    "{\"schema\":\"warrant/scm/1\",\"name\":\"made up\",\"variables\":["
    "{\"name\":\"z\",\"values\":[\"0\",\"1\"],\"cpt\":{\"rows\":[{\"p\":[0.25,0.75]}]}},"
    "{\"name\":\"t\",\"values\":[\"0\",\"1\",\"2\"],\"parents\":[\"z\"],\"cpt\":{\"rows\":["
    "{\"z\":\"0\",\"p\":[0.5,0.5,0]},{\"z\":\"1\",\"p\":[0.1,0.2,0.7]}]}},"
    "{\"name\":\"m\",\"values\":[\"0\",\"1\"],\"parents\":[\"t\"],\"cpt\":{\"rows\":["
    "{\"t\":\"0\",\"p\":[0.5,0.5]},{\"t\":\"1\",\"p\":[1,0]},{\"t\":\"2\",\"p\":[0.3,0.7]}]}},"
    "{\"name\":\"y\",\"values\":[\"0\",\"1\",\"2\"],\"parents\":[\"m\",\"z\"],\"cpt\":{\"rows\":["
    "{\"m\":\"0\",\"z\":\"0\",\"p\":[0.2,0.3,0.5]},{\"m\":\"0\",\"z\":\"1\",\"p\":[0,0.5,0.5]},"
    "{\"m\":\"1\",\"z\":\"0\",\"p\":[0.9,0.1,0]},{\"m\":\"1\",\"z\":\"1\",\"p\":[0.4,0.4,0.2]}]}}]"
    "}";

static void need(bool holds) {
    if (!holds)
        abort();
}

static bool is_fine(wrt_status status, const wrt_err *err) {
    need(status == WRT_OK || (err->code == status && err->message[0] != '\0'));
    return status == WRT_OK;
}

static void need_distribution(const double *p, size_t n) {
    double sum = 0;
    for (size_t i = 0; i < n; i++) {
        need(p[i] >= 0 && p[i] <= 1 + 1e-12);
        sum += p[i];
    }
    need(fabs(sum - 1) < 1e-9);
}

static void ask_query(const wrt_scm *scm, wrt_scm_question question) {
    wrt_scm_answer exact, drawn;
    wrt_err err = {0};
    question.method = WRT_SCM_METHOD_EXACT;
    if (!is_fine(wrt_scm_query(&exact, scm, wrt_scm_rows_of_tables(scm), &question, &err), &err))
        return;
    need_distribution(exact.p, exact.n);
    question.method = WRT_SCM_METHOD_SAMPLE;
    question.n = 500;
    if (is_fine(wrt_scm_query(&drawn, scm, wrt_scm_rows_of_tables(scm), &question, &err), &err))
        need_distribution(drawn.p, drawn.n);
    for (size_t i = 0; i < exact.n && drawn.n_units > 0 && drawn.effective > 0; i++)
        need(exact.p[i] > 0 || drawn.p[i] == 0);
}

static void ask_whatif(const wrt_scm *scm, const wrt_json *question, const char *outcome) {
    wrt_scm_whatif found;
    wrt_scm_whatif_question asked = {.outcome = outcome,
                                     .evidence = wrt_json_get(question, "given"),
                                     .do_values = wrt_json_get(question, "do"),
                                     .method = WRT_SCM_METHOD_EXACT};
    wrt_err err = {0};
    const char *coupling = wrt_json_get_text(question, "coupling", "gumbel");
    if (!is_fine(wrt_scm_coupling_of(&asked.coupling, coupling, &err), &err))
        return;
    wrt_status status = wrt_scm_whatif_ask(&found, scm, wrt_scm_rows_of_tables(scm), &asked, &err);
    if (is_fine(status, &err)) {
        need_distribution(found.factual, found.n);
        need_distribution(found.counterfactual, found.n);
        for (size_t i = 0; i < found.n; i++)
            need(found.counterfactual[i] > found.low[i] - 1e-9 &&
                 found.counterfactual[i] < found.high[i] + 1e-9);
        need(found.support.p >= 0 && found.support.p <= 1 + 1e-12);
    }
    wrt_scm_whatif_free(&found);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    wrt_scm *scm = NULL;
    wrt_json *question = NULL;
    if (wrt_json_parse(&question, (wrt_str){(const char *)data, size}, NULL) != WRT_OK)
        return 0;
    need(wrt_scm_load_text(&scm, NULL, WRT_STR(model), NULL) == WRT_OK);
    const char *outcome = wrt_json_get_text(question, "outcome", "y");
    ask_query(scm, (wrt_scm_question){.outcome = outcome,
                                      .do_values = wrt_json_get(question, "do"),
                                      .given = wrt_json_get(question, "given")});
    ask_whatif(scm, question, outcome);
    wrt_scm_free(scm);
    wrt_json_free(question);
    return 0;
}
