/* open.c: what a run starts with. */
#include "agent/open.h"

#include <stdio.h>
#include <string.h>

static wrt_json *describe_model(const wrt_llm *llm) {
    if (llm != NULL)
        return wrt_llm_describe(llm);
    wrt_json *none = wrt_json_new_object();
    wrt_json_set_text(none, "kind", "none");
    return none;
}

static wrt_status describe_policy(wrt_json **out, const wrt_agent_config *config, wrt_err *err) {
    char hash[WRT_SHA256_HEX + 1];
    wrt_json *document = wrt_policy_document(config->policy), *blob = NULL;
    wrt_buf bytes = wrt_buf_make(WRT_MIB(16));
    wrt_json_write_canonical(&bytes, document);
    wrt_status status = wrt_ledger_put_blob(&blob, config->ledger, wrt_buf_str(&bytes), err);
    if (status == WRT_OK) {
        wrt_policy_hash(hash, config->policy);
        *out = wrt_json_new_object();
        wrt_json_set_text(*out, "sha256", hash);
        wrt_json_set(*out, "document", blob);
    }
    wrt_buf_free(&bytes);
    wrt_json_free(document);
    return status;
}

/* Which build answered; left out where the running program cannot be read. */
static void set_program_hash(wrt_json *body) {
    wrt_sha256 digest;
    char hex[WRT_SHA256_HEX + 1];
    if (wrt_sha256_of_file(&digest, "/proc/self/exe", NULL) != WRT_OK)
        return;
    wrt_sha256_hex(hex, &digest);
    wrt_json_set_text(body, "program_sha256", hex);
}

/* Which copy of PubMed cited publications are checked against: its id, and how new it is. */
static wrt_status describe_pubmed(wrt_json *answer, wrt_json *body, wrt_pubmed_store *store,
                                  wrt_err *err) {
    static const char *const members[] = {"id", "newest_file", "newest_revised"};
    wrt_json *info = NULL, *copy = wrt_json_new_object();
    wrt_status status = wrt_pubmed_store_info(&info, store, err);
    for (size_t i = 0; i < sizeof members / sizeof *members && status == WRT_OK; i++) {
        const wrt_json *value = wrt_json_get(info, members[i]);
        wrt_json_set(copy, members[i], value != NULL ? wrt_json_copy(value) : NULL);
    }
    wrt_json_set(answer, "pubmed", wrt_json_copy(copy));
    wrt_json_set(body, "pubmed", copy);
    wrt_json_free(info);
    return status;
}

wrt_status wrt_open_run(wrt_turn *turn, wrt_json *answer, const char *question, wrt_err *err) {
    const wrt_agent_config *config = turn->config;
    wrt_json *policy = NULL, *body = NULL;
    wrt_status status = describe_policy(&policy, config, err);
    if (status != WRT_OK)
        return status;
    body = wrt_json_new_object();
    wrt_json_set_text(body, "question", question);
    wrt_json_set_text(body, "program", "warrant " WRT_VERSION);
    set_program_hash(body);
    wrt_json_set(body, "tools", wrt_toolhost_manifest(config->tools));
    wrt_json_set(body, "model", describe_model(config->llm));
    wrt_json_set(body, "policy", policy);
    if (config->kg != NULL)
        wrt_json_set_text(body, "kg_snapshot", wrt_kg_snapshot(config->kg));
    if (config->inputs != NULL)
        wrt_json_set(body, "inputs", wrt_json_copy(config->inputs));
    if (config->pubmed != NULL)
        status = describe_pubmed(answer, body, config->pubmed, err);
    wrt_json_set_int(body, "seed", (int64_t)config->seed);
    wrt_json_set_bool(body, "offline", config->offline);
    wrt_json_set_bool(body, "no_latent", config->no_latent);
    if (config->recheck)
        wrt_json_set_bool(body, "recheck", true);
    wrt_json_set_int(body, "hypotheses", config->hypotheses);
    wrt_json_set_int(body, "timeout_ms", config->timeout_ms);
    if (status == WRT_OK)
        status = wrt_run_start(&turn->run, config->ledger, body, err);
    turn->start = body;
    return status;
}

void wrt_open_model_line(wrt_json *answer, const wrt_llm *llm) {
    if (llm == NULL) {
        wrt_json_set_text(answer, "model",
                          "none: the protocol alone chose and worded what is above");
        return;
    }
    wrt_json *model = wrt_llm_describe(llm);
    wrt_buf line = wrt_buf_make(WRT_KIB(2));
    wrt_buf_printf(&line,
                   "%s %s: its choices were limited to options the program made; it states no fact",
                   wrt_json_get_text(model, "kind", "?"), wrt_json_get_text(model, "model", "?"));
    wrt_json_set(answer, "model", wrt_json_new_text(wrt_buf_str(&line)));
    wrt_buf_free(&line);
    wrt_json_free(model);
}
