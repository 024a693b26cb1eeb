/* routes.c: paths of the graph become hypotheses; every link is a claim of its own. */
#include "agent/answer/answer_text.h"
#include "agent/claims/hypothesis.h"
#include "agent/makers/maker.h"

#include <stdio.h>
#include <string.h>

static wrt_status make(wrt_conclusion *c, const wrt_json *spec, wrt_err *err) {
    const char *from = wrt_json_get_text(spec, "from", "paths");
    const wrt_claim_context context = {
        .turn = c->turn,
        .snapshot = wrt_json_get_text(c->turn->start, "kg_snapshot", ""),
        .identification = c->identification,
        .identified = wrt_json_get_text(wrt_json_get(c->answer, "identification"), "text", ""),
        .want_sign = (int)wrt_json_get_int(wrt_json_get(c->scope, "frame"), "want_sign", 0),
    };
    wrt_json *hypotheses = NULL;
    size_t routes = 0;
    wrt_status status =
        wrt_hypotheses_make(&hypotheses, &routes, c->claims,
                            wrt_json_get(wrt_json_get(c->scope, from), "data"), &context, err);
    wrt_json_set_int(c->answer, "routes", (int64_t)routes);
    if (status == WRT_OK && wrt_json_count(hypotheses) == 0)
        status = wrt_fail(err, WRT_E_DENIED, "policy withheld every claim");
    if (hypotheses != NULL)
        wrt_json_set(c->answer, "hypotheses", hypotheses);
    return status;
}

/* ---- text */

/* A link in full the first time, by name afterwards. */
static void add_link(wrt_buf *out, const wrt_json *claim, wrt_json *shown) {
    const char *id = wrt_json_get_text(claim, "id", "?");
    if (wrt_json_get(shown, id) == NULL)
        wrt_answer_add_claim(out, "", claim);
    else
        wrt_buf_printf(out, "     %-5s%s (as above)\n", id, wrt_json_get_text(claim, "text", "?"));
    wrt_json_set_bool(shown, id, true);
}

static void add_hypothesis(wrt_buf *out, const wrt_json *answer, const wrt_json *hypothesis,
                           int number, wrt_json *shown) {
    const wrt_json *claims = wrt_json_get(answer, "claims");
    char lead[16];
    snprintf(lead, sizeof lead, "%d.  ", number);
    wrt_buf_add_char(out, '\n');
    wrt_answer_add_claim(out, lead,
                         wrt_answer_find(claims, wrt_json_get_text(hypothesis, "claim", "")));
    WRT_JSON_EACH(link, wrt_json_get(hypothesis, "links")) {
        const wrt_json *edge =
            wrt_answer_find(claims, wrt_json_text(link) ? wrt_json_text(link) : "");
        if (edge != NULL)
            add_link(out, edge, shown);
    }
}

static size_t count_role(const wrt_json *answer, const char *role) {
    size_t n = 0;
    WRT_JSON_EACH(hypothesis, wrt_json_get(answer, "hypotheses"))
    n += strcmp(wrt_json_get_text(hypothesis, "role", ""), role) == 0;
    return n;
}

static void add_group(wrt_buf *out, const wrt_json *answer, const char *role, const char *title,
                      wrt_json *shown) {
    int number = 0;
    WRT_JSON_EACH(hypothesis, wrt_json_get(answer, "hypotheses")) {
        if (strcmp(wrt_json_get_text(hypothesis, "role", ""), role) != 0)
            continue;
        if (number++ == 0)
            wrt_buf_printf(out, "\n%s\n", title);
        add_hypothesis(out, answer, hypothesis, number, shown);
    }
}

static void render(wrt_buf *out, const wrt_json *answer) {
    wrt_buf_printf(out,
                   "\nThe graph holds %d route%s; %zu shown. A route is a hypothesis, not proof of "
                   "effect.\n",
                   (int)wrt_json_get_int(answer, "routes", 0),
                   wrt_json_get_int(answer, "routes", 0) == 1 ? "" : "s",
                   wrt_json_count(wrt_json_get(answer, "hypotheses")));
    if (count_role(answer, "supports") == 0)
        wrt_buf_add_c(out, "No route supports what was asked. That is no evidence of safety or of "
                           "absence: the graph is small.\n");
    wrt_json *shown = wrt_json_new_object();
    add_group(out, answer, "supports", "Hypotheses", shown);
    add_group(out, answer, "context", "Routes whose direction the graph does not state", shown);
    add_group(out, answer, "contradicts", "Routes that speak against it", shown);
    wrt_json_free(shown);
}

const wrt_maker wrt_maker_routes = {"routes", make, render};
