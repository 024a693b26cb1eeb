/* open.c: what a run starts with. */
#include "agent/open.h"

#include "agent/host/sandbox.h"
#include "agent/plan/protocol.h"
#include "base/json_diff.h"

#include <stdio.h>
#include <string.h>

enum { BLOB_MAX = 16 << 20 };

/* ---- settings */

static wrt_json *describe_model(const wrt_llm *llm) {
    wrt_json *model = NULL;
    if (llm != NULL) {
        model = wrt_llm_describe(llm);
        wrt_json_set(model, "destinations", wrt_llm_destinations(llm));
        return model;
    }
    model = wrt_json_new_object();
    wrt_json_set_text(model, "kind", "none");
    return model;
}

wrt_json *wrt_open_settings(const wrt_agent_config *config) {
    wrt_json *body = wrt_json_new_object();
    wrt_json_set_text(body, "program", "warrant " WRT_VERSION);
    wrt_json_set(body, "model", describe_model(config->llm));
    if (config->kg != NULL)
        wrt_json_set_text(body, "kg_snapshot", wrt_kg_snapshot(config->kg));
    wrt_json_set_int(body, "seed", (int64_t)config->seed);
    wrt_json_set_bool(body, "offline", config->offline);
    wrt_json_set_bool(body, "no_latent", config->no_latent);
    if (config->recheck)
        wrt_json_set_bool(body, "recheck", true);
    wrt_json_set_int(body, "hypotheses", config->hypotheses);
    wrt_json_set_int(body, "timeout_ms", config->timeout_ms);
    wrt_json_set_text(body, "sandbox", wrt_sandbox_is_whole() ? "whole" : "none");
    if (config->inputs != NULL)
        wrt_json_set(body, "inputs", wrt_json_copy(config->inputs));
    if (config->plan != NULL)
        wrt_json_set(body, "plan", wrt_json_copy(config->plan));
    if (config->sealed != NULL)
        wrt_json_set(body, "sealed", wrt_json_copy(config->sealed));
    if (config->context != NULL)
        wrt_json_set(body, "context", wrt_json_copy(config->context));
    return body;
}

void wrt_open_read_settings(wrt_agent_config *config, const wrt_json *start) {
    config->seed = (uint64_t)wrt_json_get_int(start, "seed", 0);
    config->offline = wrt_json_get_bool(start, "offline", false);
    config->no_latent = wrt_json_get_bool(start, "no_latent", false);
    config->recheck = wrt_json_get_bool(start, "recheck", false);
    config->hypotheses = (int)wrt_json_get_int(start, "hypotheses", 0);
    config->timeout_ms = wrt_json_get_int(start, "timeout_ms", 0);
    config->inputs = wrt_json_get(start, "inputs");
    config->plan = wrt_json_get(start, "plan");
    config->sealed = wrt_json_get(start, "sealed");
    config->context = wrt_json_get(start, "context");
}

wrt_json *wrt_open_tools(const wrt_agent_config *config) {
    if (config->tools == NULL)
        return NULL;
    wrt_json *list = wrt_toolhost_list(config->tools), *full = wrt_json_new_array();
    WRT_JSON_EACH(tool, list) {
        wrt_json *about = NULL;
        if (wrt_toolhost_describe(&about, config->tools, wrt_json_get_text(tool, "name", ""),
                                  NULL) == WRT_OK)
            wrt_json_push(full, about);
    }
    wrt_json_free(list);
    wrt_json_settle(&full);
    return full;
}

wrt_status wrt_open_prepare(wrt_turn *turn, wrt_err *err) {
    if (turn->protocols != NULL)
        return WRT_OK;
    wrt_status status = wrt_protocol_read_all(&turn->protocols, turn->config->protocol_dir, err);
    return status == WRT_E_NOT_FOUND
               ? wrt_fail(err, WRT_E_INPUT, "the protocols folder is missing: reinstall warrant")
               : status;
}

/* ---- what has to be read */

static wrt_status put_json(wrt_json *body, const char *key, const wrt_turn *turn,
                           const wrt_json *value, wrt_err *err) {
    wrt_json *blob = NULL;
    wrt_buf bytes = wrt_buf_make((size_t)BLOB_MAX);
    wrt_json_write_canonical(&bytes, value);
    wrt_status status =
        bytes.overflow ? wrt_fail(err, WRT_E_LIMIT, "%s: more than %d bytes", key, BLOB_MAX)
                       : wrt_ledger_put_blob(&blob, turn->config->ledger, wrt_buf_str(&bytes), err);
    if (status == WRT_OK)
        wrt_json_set(body, key, blob);
    wrt_buf_free(&bytes);
    return status;
}

static wrt_status describe_policy(wrt_turn *turn, wrt_err *err) {
    char hash[WRT_SHA256_HEX + 1];
    wrt_json *document = wrt_policy_document(turn->policy), *about = wrt_json_new_object();
    wrt_policy_hash(hash, turn->policy);
    wrt_json_set_text(about, "sha256", hash);
    wrt_status status = put_json(about, "document", turn, document, err);
    wrt_json_set(turn->start, "policy", about);
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
static wrt_status describe_pubmed(wrt_json *body, wrt_pubmed_store *store, wrt_err *err) {
    static const char *const members[] = {"id", "newest_file", "newest_revised"};
    wrt_json *info = NULL, *copy = wrt_json_new_object();
    wrt_status status = wrt_pubmed_store_info(&info, store, err);
    for (size_t i = 0; i < sizeof members / sizeof *members && status == WRT_OK; i++) {
        const wrt_json *value = wrt_json_get(info, members[i]);
        wrt_json_set(copy, members[i], value != NULL ? wrt_json_copy(value) : NULL);
    }
    wrt_json_set(body, "pubmed", copy);
    wrt_json_free(info);
    return status;
}

/* Completes turn->start from what the program has at hand. */
static wrt_status describe_all(wrt_turn *turn, const char *question, wrt_err *err) {
    const wrt_agent_config *config = turn->config;
    wrt_json_set_text(turn->start, "question", question);
    set_program_hash(turn->start);
    wrt_json_set(turn->start, "tools", wrt_toolhost_manifest(config->tools));
    wrt_status status = wrt_open_prepare(turn, err);
    if (status == WRT_OK)
        status = describe_policy(turn, err);
    if (status == WRT_OK)
        status = put_json(turn->start, "tool_descriptions", turn, turn->tools, err);
    if (status == WRT_OK)
        status = put_json(turn->start, "protocols", turn, turn->protocols, err);
    if (status == WRT_OK && config->pubmed != NULL)
        status = describe_pubmed(turn->start, config->pubmed, err);
    wrt_json_settle(&turn->start);
    return status;
}

/* ---- going on */

/* What of run.start differs, and how to have it as it was. */
static const char *const remedies[][2] = {
    {"program", "go on with the version that started it"},
    {"program_sha256", "go on with the program that started it, or ask anew"},
    {"policy", "give the policy that it was started under (--policy), or ask anew"},
    {"tools", "install the plugins that it was started with, or ask anew"},
    {"tool_descriptions", "install the plugins that it was started with, or ask anew"},
    {"protocols", "install the protocols that it was started with, or ask anew"},
    {"kg_snapshot", "the graph has changed: import what it held, or ask anew"},
    {"pubmed", "the local copy of PubMed has changed: ask anew"},
    {"model", "give the model that it was started with (--model)"},
    {"sandbox", "go on where tools are confined as they were"},
};

static wrt_status fail_different(const char *member, wrt_err *err) {
    const char *remedy = "ask anew";
    size_t len = strcspn(member, ".[");
    for (size_t i = 0; i < sizeof remedies / sizeof *remedies; i++)
        if (strlen(remedies[i][0]) == len && strncmp(remedies[i][0], member, len) == 0)
            remedy = remedies[i][1];
    return wrt_fail(err, WRT_E_INPUT, "the run was started with another %s: %s", member, remedy);
}

/* How long a run may take is no part of its answer. */
static wrt_status compare_start(const wrt_turn *turn, wrt_err *err) {
    wrt_json *recorded = wrt_json_copy(wrt_run_start_body(turn->run));
    wrt_buf member = wrt_buf_make(WRT_KIB(16));
    wrt_json_set_int(recorded, "timeout_ms", turn->config->timeout_ms);
    wrt_status status = WRT_OK;
    if (wrt_json_differ(&member, turn->start, recorded))
        status = fail_different(wrt_buf_str(&member).ptr, err);
    wrt_json_free(recorded);
    wrt_buf_free(&member);
    return status;
}

/* ---- rehearsing */

static wrt_status read_json(wrt_json **out, const wrt_turn *turn, const wrt_json *holder,
                            const char *key, wrt_err *err) {
    const char *hex = wrt_json_get_text(wrt_json_get(holder, key), "sha256", NULL);
    wrt_buf text = wrt_buf_make((size_t)BLOB_MAX);
    wrt_status status = hex != NULL ? wrt_run_get_blob(&text, turn->run, hex, err)
                                    : wrt_fail(err, WRT_E_INTEGRITY,
                                               "run.start names no %s: the run was made by an "
                                               "earlier version, which recorded less",
                                               key);
    if (status == WRT_OK)
        status = wrt_json_parse(out, wrt_buf_str(&text), err);
    wrt_buf_free(&text);
    return status;
}

static wrt_status read_policy(wrt_turn *turn, wrt_err *err) {
    wrt_json *document = NULL;
    wrt_buf text = wrt_buf_make((size_t)BLOB_MAX);
    wrt_status status =
        read_json(&document, turn, wrt_json_get(turn->start, "policy"), "document", err);
    wrt_json_write_canonical(&text, document);
    turn->own_policy = wrt_policy_new();
    turn->policy = turn->own_policy;
    if (status == WRT_OK)
        status = wrt_policy_add_text(turn->own_policy, "stored policy", wrt_buf_str(&text), err);
    wrt_json_free(document);
    wrt_buf_free(&text);
    return status;
}

/* ---- the form of run.start, which is not made again */

static wrt_status check_members(const wrt_json *start, wrt_err *err) {
    static const char *const known[] = {
        "question", "program",   "program_sha256", "tools",  "tool_descriptions", "protocols",
        "model",    "policy",    "kg_snapshot",    "pubmed", "sandbox",           "seed",
        "offline",  "no_latent", "recheck",        "inputs", "hypotheses",        "timeout_ms",
        "plan",     "sealed",    "context"};
    WRT_JSON_EACH(member, start) {
        size_t i = 0;
        while (i < sizeof known / sizeof *known && strcmp(wrt_json_key(member), known[i]) != 0)
            i++;
        if (i == sizeof known / sizeof *known)
            return wrt_fail(err, WRT_E_INTEGRITY,
                            "event 0 (run.start): \"%.80s\" is nothing that a run begins with",
                            wrt_json_key(member));
    }
    return WRT_OK;
}

/* The plugin of the manifest that has this tool, or NULL. */
static const wrt_json *plugin_of(const wrt_json *manifest, const char *tool) {
    WRT_JSON_EACH(plugin, manifest) {
        WRT_JSON_EACH(name, wrt_json_get(plugin, "tools"))
        if (wrt_json_text(name) != NULL && strcmp(wrt_json_text(name), tool) == 0)
            return plugin;
    }
    return NULL;
}

/* The plugins that are listed are those whose tools are described. */
static wrt_status check_tools(const wrt_turn *turn, wrt_err *err) {
    const wrt_json *manifest = wrt_json_get(turn->start, "tools");
    size_t listed = 0;
    WRT_JSON_EACH(plugin, manifest)
    listed += wrt_json_count(wrt_json_get(plugin, "tools"));
    WRT_JSON_EACH(tool, turn->tools) {
        const char *name = wrt_json_get_text(tool, "name", "?");
        const wrt_json *plugin = plugin_of(manifest, name);
        if (strcmp(wrt_json_get_text(plugin, "plugin", ""),
                   wrt_json_get_text(tool, "plugin", "?")) != 0 ||
            strcmp(wrt_json_get_text(plugin, "version", ""),
                   wrt_json_get_text(tool, "version", "?")) != 0)
            return wrt_fail(
                err, WRT_E_INTEGRITY,
                "event 0 (run.start): tool %.80s is described as of another plugin than "
                "it is listed under",
                name);
    }
    return listed == wrt_json_count(turn->tools)
               ? WRT_OK
               : wrt_fail(err, WRT_E_INTEGRITY,
                          "event 0 (run.start): %zu tools are listed, %zu described", listed,
                          wrt_json_count(turn->tools));
}

static wrt_status take_record(wrt_turn *turn, wrt_err *err) {
    wrt_json_free(turn->start);
    turn->start = wrt_json_copy(wrt_run_start_body(turn->run));
    wrt_status status = check_members(turn->start, err);
    if (status == WRT_OK)
        status = read_policy(turn, err);
    if (status == WRT_OK)
        status = read_json(&turn->tools, turn, turn->start, "tool_descriptions", err);
    if (status == WRT_OK)
        status = read_json(&turn->protocols, turn, turn->start, "protocols", err);
    if (status == WRT_OK)
        status = check_tools(turn, err);
    return status == WRT_OK ? wrt_protocol_check_all(turn->protocols, err) : status;
}

/* ---- the three ways to begin */

wrt_status wrt_open_run(wrt_turn *turn, wrt_json *answer, const char *question, wrt_err *err) {
    wrt_status status = WRT_OK;
    if (wrt_turn_is_rehearsal(turn)) {
        status = take_record(turn, err);
    } else {
        status = describe_all(turn, question, err);
        if (status == WRT_OK && turn->run != NULL)
            status = compare_start(turn, err);
        else if (status == WRT_OK)
            status = wrt_run_start(&turn->run, turn->config->ledger, turn->start, err);
    }
    if (wrt_turn_has_pubmed(turn))
        wrt_json_set(answer, "pubmed", wrt_json_copy(wrt_json_get(turn->start, "pubmed")));
    return status;
}

void wrt_open_model_line(wrt_json *answer, const wrt_turn *turn) {
    const wrt_json *model = wrt_json_get(turn->start, "model");
    if (!wrt_turn_has_model(turn)) {
        wrt_json_set_text(answer, "model",
                          "none: the protocol alone chose and worded what is above");
        return;
    }
    wrt_buf line = wrt_buf_make(WRT_KIB(2));
    wrt_buf_printf(&line,
                   "%s %s: its choices were limited to options the program made; it states no fact",
                   wrt_json_get_text(model, "kind", "?"), wrt_json_get_text(model, "model", "?"));
    wrt_json_set(answer, "model", wrt_json_new_text(wrt_buf_str(&line)));
    wrt_buf_free(&line);
}
