/* llm.c: from a model spec to a backend, and what is known of the model then.
 *
 * A spec is "kind:rest"; the table below maps a kind to its backend. */
#include "llm/llm.h"

#include "base/arena.h"
#include "base/file.h"
#include "llm/internal.h"

#include <stdlib.h>
#include <string.h>

static const wrt_llm_backend *const backends[] = {&wrt_llm_backend_llama, &wrt_llm_backend_http,
                                                  &wrt_llm_backend_script, &wrt_llm_backend_replay};

static const char kinds[] = "llama:FILE.gguf, http:URL#MODEL, script:FILE, replay:RUN, default, "
                            "none";

/* ---- opening --------------------------------------------------------------------------------- */

static wrt_status open_cache(wrt_llm *llm, const char *path, wrt_err *err) {
    wrt_buf identity = wrt_buf_make(WRT_KIB(64));
    wrt_status status = WRT_OK;
    if (llm->backend->identify != NULL)
        llm->backend->identify(llm->self, &identity);
    if (identity.len > 0) {
        wrt_json *description = wrt_llm_describe(llm);
        status = wrt_score_cache_open(&llm->cache, path, wrt_buf_str(&identity), description, err);
        wrt_json_free(description);
    }
    wrt_buf_free(&identity);
    return status;
}

/* "IN,OUT" per million tokens; absent is free. */
static wrt_status read_price(wrt_llm *llm, wrt_err *err) {
    wrt_str rest = wrt_str_of(getenv("WARRANT_LLM_PRICE"));
    wrt_str first;
    if (rest.len == 0)
        return WRT_OK;
    if (!wrt_str_cut(&first, &rest, ',') || !wrt_str_to_double(&llm->price_in, first) ||
        !wrt_str_to_double(&llm->price_out, rest) || llm->price_in < 0 || llm->price_out < 0)
        return wrt_fail(err, WRT_E_INPUT,
                        "WARRANT_LLM_PRICE must be IN,OUT: two numbers of at least 0, the price of "
                        "a million tokens read and written");
    return WRT_OK;
}

static wrt_status open_with(wrt_llm **out, const wrt_llm_backend *backend, const char *rest,
                            const wrt_llm_options *options, wrt_err *err) {
    wrt_llm *llm = wrt_calloc(1, sizeof *llm);
    llm->backend = backend;
    llm->options = *options;
    llm->options.models_dir = NULL;
    llm->options.cache_path = NULL;
    wrt_status status = read_price(llm, err);
    if (status == WRT_OK)
        status = backend->open(&llm->self, rest, options, err);
    if (status == WRT_OK && options->cache_path != NULL)
        status = open_cache(llm, options->cache_path, err);
    if (status != WRT_OK) {
        wrt_llm_close(llm);
        return status;
    }
    *out = llm;
    return WRT_OK;
}

static bool is_gguf_name(const char *name) {
    size_t len = strlen(name);
    return len > 5 && name[0] != '.' && strcmp(name + len - 5, ".gguf") == 0;
}

static wrt_status keep_first_gguf(const char *name, void *ctx) {
    char **first = ctx;
    if (*first == NULL && is_gguf_name(name))
        *first = wrt_strdup(name);
    return WRT_OK;
}

static wrt_status open_default(wrt_llm **out, const wrt_llm_options *options, wrt_err *err) {
    char *name = NULL;
    if (options->models_dir != NULL)
        wrt_dir_each(options->models_dir, keep_first_gguf, &name, NULL);
    if (name == NULL)
        return wrt_fail(
            err, WRT_E_NOT_FOUND,
            "no *.gguf in the models folder of the data directory: put one or a link to "
            "one there (examples/setup/model.sh fetches one), name one with --model "
            "llama:FILE.gguf, or use --model none");
    char *path = wrt_path_join(options->models_dir, name);
    wrt_status status = open_with(out, &wrt_llm_backend_llama, path, options, err);
    free(path);
    free(name);
    return status;
}

static wrt_status check_options(const wrt_llm_options *options, wrt_err *err) {
    static const int batch_max = 65536;
    if (options->threads < 0 || options->threads > 256)
        return wrt_fail(err, WRT_E_INPUT, "threads is %d; accepted: 0 to 256", options->threads);
    if (options->context < 0)
        return wrt_fail(err, WRT_E_INPUT, "context is %d; accepted: 0 or more", options->context);
    if (options->batch < 0 || options->batch == 1 || options->batch > batch_max)
        return wrt_fail(err, WRT_E_INPUT, "batch is %d; accepted: 0, or 2 to %d", options->batch,
                        batch_max);
    if (options->timeout_ms < 0)
        return wrt_fail(err, WRT_E_INPUT, "timeout_ms is %lld; accepted: 0 or more",
                        (long long)options->timeout_ms);
    return WRT_OK;
}

/* A spec may simply be the URL of a server. */
static bool is_url(const char *spec) {
    return strncmp(spec, "http://", 7) == 0 || strncmp(spec, "https://", 8) == 0;
}

wrt_status wrt_llm_open(wrt_llm **out, const char *spec, const wrt_llm_options *options,
                        wrt_err *err) {
    static const wrt_llm_options plain = {0};
    const wrt_llm_options *given = options == NULL ? &plain : options;
    *out = NULL;
    wrt_status status = check_options(given, err);
    if (status != WRT_OK || strcmp(spec, "none") == 0)
        return status;
    if (strcmp(spec, "default") == 0)
        return open_default(out, given, err);
    if (is_url(spec))
        return open_with(out, &wrt_llm_backend_http, spec, given, err);
    for (size_t i = 0; i < sizeof backends / sizeof backends[0]; i++) {
        size_t len = strlen(backends[i]->kind);
        if (strncmp(spec, backends[i]->kind, len) != 0 || spec[len] != ':')
            continue;
        if (spec[len + 1] == '\0')
            return wrt_fail(err, WRT_E_INPUT, "\"%s\" says nothing after the colon; accepted: %s",
                            spec, kinds);
        return open_with(out, backends[i], spec + len + 1, given, err);
    }
    return wrt_fail(err, WRT_E_INPUT, "unknown model \"%.60s\"; accepted: %s",
                    strchr(spec, '/') == NULL ? spec : wrt_path_base(spec), kinds);
}

void wrt_llm_close(wrt_llm *llm) {
    if (llm == NULL)
        return;
    wrt_score_cache_close(llm->cache);
    if (llm->self != NULL)
        llm->backend->close(llm->self);
    free(llm);
}

/* ---- what is known --------------------------------------------------------------------------- */

wrt_json *wrt_llm_describe(const wrt_llm *llm) {
    if (llm != NULL)
        return llm->backend->describe(llm->self);
    wrt_json *none = wrt_json_new_object();
    wrt_json_set_text(none, "kind", "none");
    return none;
}

bool wrt_llm_is_sequential(const wrt_llm *llm) {
    return llm != NULL && llm->backend->is_sequential;
}

wrt_json *wrt_llm_destinations(const wrt_llm *llm) {
    if (llm != NULL && llm->backend->destinations != NULL)
        return llm->backend->destinations(llm->self);
    wrt_json *list = wrt_json_new_array();
    wrt_json *here = wrt_json_new_object();
    wrt_json_set_text(here, "host", "");
    wrt_json_set_int(here, "port", 0);
    wrt_json_set_bool(here, "loopback", true);
    wrt_json_push(list, here);
    return list;
}

wrt_llm_usage wrt_llm_usage_of(const wrt_llm *llm) {
    return llm == NULL ? (wrt_llm_usage){0} : llm->usage;
}

void wrt_llm_count_call(wrt_llm *llm, const wrt_llm_usage *before) {
    double read = (double)(llm->usage.prompt_tokens - before->prompt_tokens);
    double written = (double)(llm->usage.reply_tokens - before->reply_tokens);
    llm->usage.calls++;
    llm->usage.cost += (read * llm->price_in + written * llm->price_out) / 1e6;
}

wrt_status wrt_llm_no_model(wrt_err *err) {
    return wrt_fail(err, WRT_E_UNSUPPORTED, "no language model is open (--model none)");
}

bool wrt_llm_is_text(wrt_str text) {
    return wrt_utf8_valid(text) && (text.len == 0 || memchr(text.ptr, '\0', text.len) == NULL);
}

wrt_status wrt_llm_check_prompt(const wrt_llm_prompt *prompt, wrt_err *err) {
    if (prompt->text.len > 0 && prompt->system.len + prompt->user.len > 0)
        return wrt_fail(err, WRT_E_INPUT, "the prompt is both a chat turn and plain text");
    if (prompt->text.len + prompt->system.len + prompt->user.len == 0)
        return wrt_fail(err, WRT_E_INPUT, "the prompt is empty");
    if (!wrt_llm_is_text(prompt->system) || !wrt_llm_is_text(prompt->user) ||
        !wrt_llm_is_text(prompt->text))
        return wrt_fail(err, WRT_E_INPUT, "the prompt is not valid UTF-8 without U+0000");
    return WRT_OK;
}

const char *wrt_llm_quality_name(wrt_llm_quality quality) {
    static const char *const names[] = {"exact", "bound", "sampled", "missing"};
    return names[quality];
}
