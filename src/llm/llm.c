/* llm.c: from a model spec to a back end, and what all back ends share.
 *
 * A spec is "kind:rest"; the table below maps a kind to its back end. Requests are checked here
 * once, so that a back end may rely on what llm.h promises: at most WRT_LLM_OPTIONS_MAX options,
 * each non-empty valid UTF-8, prefix-free with the terminator behind them. */
#include "llm/llm.h"

#include "base/arena.h"
#include "base/file.h"
#include "llm/backend.h"

#include <stdlib.h>
#include <string.h>

struct wrt_llm {
    const wrt_llm_backend *backend;
    void *self;
};

static const wrt_llm_backend *const backends[] = {&wrt_llm_backend_llama, &wrt_llm_backend_script};

/* ---- opening --------------------------------------------------------------------------------- */

static wrt_status open_with(wrt_llm **out, const wrt_llm_backend *backend, const char *rest,
                            const wrt_llm_options *options, wrt_err *err) {
    void *self = NULL;
    wrt_status status = backend->open(&self, rest, options, err);
    if (status != WRT_OK)
        return status;
    *out = wrt_calloc(1, sizeof **out);
    (*out)->backend = backend;
    (*out)->self = self;
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
        return wrt_fail(err, WRT_E_NOT_FOUND,
                        "no *.gguf in the models folder; run examples/setup/model.sh, or name a "
                        "model with --model llama:FILE.gguf, or use --model none");
    char *path = wrt_path_join(options->models_dir, name);
    wrt_status status = open_with(out, &wrt_llm_backend_llama, path, options, err);
    free(path);
    free(name);
    return status;
}

static wrt_status refuse_spec(const char *spec, wrt_err *err) {
    wrt_str text = wrt_str_of(spec);
    if (wrt_str_starts_with(text, WRT_STR("http:")))
        return wrt_fail(err, WRT_E_UNSUPPORTED,
                        "this build has no \"http:\" models; use llama:FILE.gguf, script:FILE, "
                        "default or none");
    if (wrt_str_starts_with(text, WRT_STR("replay:")))
        return wrt_fail(err, WRT_E_UNSUPPORTED,
                        "this build has no \"replay:\" models; use llama:FILE.gguf, script:FILE, "
                        "default or none");
    return wrt_fail(
        err, WRT_E_INPUT,
        "unknown model \"%.60s\"; accepted: llama:FILE.gguf, script:FILE, default, none",
        strchr(spec, '/') == NULL ? spec : wrt_path_base(spec));
}

wrt_status wrt_llm_open(wrt_llm **out, const char *spec, const wrt_llm_options *options,
                        wrt_err *err) {
    static const wrt_llm_options plain = {0};
    const wrt_llm_options *given = options == NULL ? &plain : options;
    *out = NULL;
    if (given->threads < 0 || given->threads > 256)
        return wrt_fail(err, WRT_E_INPUT, "threads is %d; accepted: 0 to 256", given->threads);
    if (given->context < 0)
        return wrt_fail(err, WRT_E_INPUT, "context is %d; accepted: 0 or more", given->context);
    if (strcmp(spec, "none") == 0)
        return WRT_OK;
    if (strcmp(spec, "default") == 0)
        return open_default(out, given, err);
    for (size_t i = 0; i < sizeof backends / sizeof backends[0]; i++) {
        size_t len = strlen(backends[i]->kind);
        if (strncmp(spec, backends[i]->kind, len) != 0 || spec[len] != ':')
            continue;
        if (spec[len + 1] == '\0')
            return wrt_fail(err, WRT_E_INPUT, "\"%s\" lacks a file name", spec);
        return open_with(out, backends[i], spec + len + 1, given, err);
    }
    return refuse_spec(spec, err);
}

void wrt_llm_close(wrt_llm *llm) {
    if (llm == NULL)
        return;
    llm->backend->close(llm->self);
    free(llm);
}

wrt_json *wrt_llm_describe(const wrt_llm *llm) {
    if (llm != NULL)
        return llm->backend->describe(llm->self);
    wrt_json *none = wrt_json_new_object();
    wrt_json_set_text(none, "kind", "none");
    return none;
}

/* ---- requests -------------------------------------------------------------------------------- */

static wrt_status no_model(wrt_err *err) {
    return wrt_fail(err, WRT_E_UNSUPPORTED, "no language model is open (--model none)");
}

/* Byte i of option + terminator; the caller keeps i below their joint length. */
static const char *joined_byte(wrt_str option, wrt_str terminator, size_t i) {
    return i < option.len ? option.ptr + i : terminator.ptr + (i - option.len);
}

static bool is_prefix(wrt_str a, wrt_str b, wrt_str terminator) {
    size_t len = a.len + terminator.len;
    if (len > b.len + terminator.len)
        return false;
    for (size_t i = 0; i < len; i++) {
        if (*joined_byte(a, terminator, i) != *joined_byte(b, terminator, i))
            return false;
    }
    return true;
}

/* Finds options a and b, a a prefix of b, once the terminator stands behind each. */
static bool find_prefix(const wrt_str *options, size_t n, wrt_str terminator, size_t *a,
                        size_t *b) {
    for (*a = 0; *a < n; ++*a) {
        for (*b = 0; *b < n; ++*b) {
            if (*a != *b && is_prefix(options[*a], options[*b], terminator))
                return true;
        }
    }
    return false;
}

static wrt_status check_prompt(const wrt_llm_prompt *prompt, wrt_err *err) {
    if (prompt->system.len + prompt->user.len == 0)
        return wrt_fail(err, WRT_E_INPUT, "the prompt is empty");
    if (!wrt_utf8_valid(prompt->system) || !wrt_utf8_valid(prompt->user))
        return wrt_fail(err, WRT_E_INPUT, "the prompt is not valid UTF-8");
    return WRT_OK;
}

static wrt_status check_options(const wrt_str *options, size_t n, wrt_err *err) {
    if (n == 0 || n > WRT_LLM_OPTIONS_MAX)
        return wrt_fail(err, n == 0 ? WRT_E_INPUT : WRT_E_LIMIT,
                        "%zu options were given; accepted: 1 to %d", n, WRT_LLM_OPTIONS_MAX);
    for (size_t i = 0; i < n; i++) {
        if (options[i].len == 0 || !wrt_utf8_valid(options[i]))
            return wrt_fail(err, WRT_E_INPUT, "option %zu is %s", i + 1,
                            options[i].len == 0 ? "empty" : "not valid UTF-8");
    }
    return WRT_OK;
}

wrt_status wrt_llm_score(double *log_p, wrt_llm *llm, const wrt_llm_prompt *prompt,
                         const wrt_str *options, size_t n, wrt_str terminator, wrt_err *err) {
    size_t a = 0;
    size_t b = 0;
    if (llm == NULL)
        return no_model(err);
    wrt_status status = check_prompt(prompt, err);
    if (status == WRT_OK)
        status = check_options(options, n, err);
    if (status != WRT_OK)
        return status;
    if (!wrt_utf8_valid(terminator))
        return wrt_fail(err, WRT_E_INPUT, "the terminator is not valid UTF-8");
    if (find_prefix(options, n, terminator, &a, &b))
        return wrt_fail(err, WRT_E_INPUT,
                        "option %zu (\"%.*s\") is a prefix of option %zu (\"%.*s\"); give a "
                        "terminator that ends every option",
                        a + 1, (int)(options[a].len < 60 ? options[a].len : 60), options[a].ptr,
                        b + 1, (int)(options[b].len < 60 ? options[b].len : 60), options[b].ptr);
    return llm->backend->score(llm->self, log_p, prompt, options, n, terminator, err);
}

wrt_status wrt_llm_generate(wrt_buf *out, wrt_llm *llm, const wrt_llm_prompt *prompt,
                            const char *gbnf, int max_tokens, wrt_err *err) {
    if (llm == NULL)
        return no_model(err);
    wrt_status status = check_prompt(prompt, err);
    if (status != WRT_OK)
        return status;
    if (gbnf == NULL || gbnf[0] == '\0')
        return wrt_fail(err, WRT_E_INPUT, "the grammar is empty");
    if (max_tokens < 1)
        return wrt_fail(err, WRT_E_INPUT, "max_tokens is %d; accepted: 1 or more", max_tokens);
    return llm->backend->generate(llm->self, out, prompt, gbnf, max_tokens, err);
}

wrt_status wrt_llm_choose(size_t *index, double *log_p, wrt_llm *llm, const wrt_llm_prompt *prompt,
                          const wrt_str *options, size_t n, wrt_err *err) {
    double scores[WRT_LLM_OPTIONS_MAX] = {0};
    wrt_str terminator = WRT_STR("");
    size_t a = 0;
    size_t b = 0;
    wrt_status status = check_options(options, n, err);
    if (status != WRT_OK)
        return status;
    if (find_prefix(options, n, terminator, &a, &b))
        terminator = WRT_STR("\n");
    status = wrt_llm_score(scores, llm, prompt, options, n, terminator, err);
    if (status != WRT_OK)
        return status;
    *index = 0;
    for (size_t i = 1; i < n; i++) {
        if (scores[i] > scores[*index])
            *index = i;
    }
    if (log_p != NULL)
        memcpy(log_p, scores, n * sizeof *log_p);
    return WRT_OK;
}
