/* scm_args.c: see scm_args.h. */
#include "cli/scm_args.h"

#include "base/file.h"
#include "cli/open.h"
#include "scm/ask/text.h"
#include "scm/load.h"

#include <stdlib.h>
#include <string.h>

/* ---- options to arguments */

wrt_status wrt_cli_read_pairs(wrt_json **out, const char *option, const char *text, wrt_err *err) {
    wrt_str rest = wrt_str_of(text), pair;
    if (*text == '{' || *text == '@' || *text == '-')
        return wrt_cli_read_json(out, text, err);
    *out = wrt_json_new_object();
    while (wrt_str_cut(&pair, &rest, ',')) {
        wrt_str value = pair, name;
        if (!wrt_str_cut(&name, &value, '=') || value.ptr == NULL || name.len == 0) {
            wrt_json_free(*out);
            *out = NULL;
            return wrt_fail(err, WRT_E_INPUT,
                            "--%s takes NAME=VALUE[,NAME=VALUE...] or a JSON object, not \"%s\"",
                            option, text);
        }
        wrt_buf key = wrt_buf_make(name.len);
        wrt_buf_add_str(&key, name);
        wrt_json_set(*out, wrt_buf_str(&key).ptr, wrt_json_new_text(value));
        wrt_buf_free(&key);
    }
    return WRT_OK;
}

static wrt_status read_contrast(wrt_json **out, const char *text, wrt_err *err) {
    wrt_str rest = wrt_str_of(text), part;
    if (*text == '[' || *text == '@' || *text == '-')
        return wrt_cli_read_json(out, text, err);
    *out = wrt_json_new_array();
    while (wrt_str_cut(&part, &rest, ','))
        wrt_json_push(*out, wrt_json_new_text(part));
    return WRT_OK;
}

static wrt_status read_number(wrt_json **out, const char *option, const char *text, wrt_err *err) {
    double number = 0;
    if (!wrt_str_to_double(&number, wrt_str_of(text)))
        return wrt_fail(err, WRT_E_INPUT, "--%s takes a number, not \"%s\"", option, text);
    *out = wrt_json_new_number(number);
    return WRT_OK;
}

static wrt_status read_phrasing(wrt_json **out, const char *text, wrt_err *err) {
    if (strcmp(text, "seed") != 0)
        return wrt_cli_read_json(out, text, err);
    *out = wrt_json_new_c("seed");
    return WRT_OK;
}

typedef enum { TEXT, PAIRS, NUMBER, CONTRAST, PHRASING, FLAG } kind;

static const struct {
    const char *option, *member;
    kind kind;
} taken[] = {
    {"outcome", "outcome", TEXT},
    {"treatment", "treatment", TEXT},
    {"prompt", "variable", TEXT},
    {"placebo", "placebo", TEXT},
    {"coupling", "coupling", TEXT},
    {"method", "method", TEXT},
    {"rule", "rule", TEXT},
    {"shard", "shard", TEXT},
    {"do", "do", PAIRS},
    {"given", "given", PAIRS},
    {"units", "n", NUMBER},
    {"family", "family", NUMBER},
    {"seeds", "seeds", NUMBER},
    {"temperature", "temperature", NUMBER},
    {"contrast", "contrast", CONTRAST},
    {"phrasing", "phrasing", PHRASING},
    {"hidden", "hidden", FLAG},
};

static wrt_status read_option(wrt_json *args, size_t i, const char *text, wrt_err *err) {
    const char *option = taken[i].option;
    wrt_json *value = NULL;
    wrt_status status = WRT_OK;
    switch (taken[i].kind) {
    case TEXT:
        value = wrt_json_new_c(text);
        break;
    case PAIRS:
        status = wrt_cli_read_pairs(&value, option, text, err);
        break;
    case NUMBER:
        status = read_number(&value, option, text, err);
        break;
    case CONTRAST:
        status = read_contrast(&value, text, err);
        break;
    case PHRASING:
        status = read_phrasing(&value, text, err);
        break;
    case FLAG:
        value = wrt_json_new_bool(true);
        break;
    }
    if (status == WRT_OK)
        wrt_json_set(args, taken[i].member, value);
    return status;
}

static wrt_status read_args(wrt_json **out, const wrt_cli_call *call, wrt_err *err) {
    const wrt_cli_option *options = call->command->options;
    wrt_status status = WRT_OK;
    *out = wrt_json_new_object();
    for (size_t i = 0; options[i].name != NULL && status == WRT_OK; i++) {
        for (size_t j = 0; j < sizeof taken / sizeof taken[0] && status == WRT_OK; j++)
            if (call->values[i] != NULL && strcmp(options[i].name, taken[j].option) == 0)
                status = read_option(*out, j, call->values[i], err);
    }
    if (status == WRT_OK && call->globals->seed > 0)
        wrt_json_set_int(*out, "seed", (int64_t)call->globals->seed);
    return status;
}

/* ---- the model */

static wrt_status find_file(const char **out, const wrt_cli_call *call, wrt_err *err) {
    const char *option = wrt_cli_value(call, "scm");
    *out = option != NULL ? option : call->n_operands > 0 ? call->operands[0] : NULL;
    if (option != NULL && call->n_operands > 0)
        return wrt_fail(err, WRT_E_INPUT, "the model is given twice: --scm FILE is enough");
    return *out != NULL ? WRT_OK : wrt_fail(err, WRT_E_INPUT, "give a model: --scm FILE");
}

wrt_status wrt_cli_scm_load(wrt_cli_scm *out, const wrt_cli_call *call, wrt_err *err) {
    const char *path = NULL;
    *out = (wrt_cli_scm){0};
    wrt_status status = find_file(&path, call, err);
    if (status == WRT_OK)
        status = read_args(&out->args, call, err);
    if (status == WRT_OK)
        status = wrt_scm_request_read(&out->request, out->args, err);
    if (status == WRT_OK)
        status = wrt_scm_load(&out->scm, &out->notes, path, err);
    WRT_JSON_EACH(note, out->notes)
    wrt_json_push_text(call->warnings, wrt_json_text(note));
    return status;
}

/* Everything that a question to the language model can hold: all texts and values of the model. */
static void gather_texts(wrt_buf *out, const wrt_scm *scm) {
    wrt_buf_add_c(out, wrt_scm_intro(scm));
    for (size_t i = 0; i < wrt_scm_count(scm); i++) {
        const wrt_scm_variable *v = wrt_scm_variable_at(scm, i);
        wrt_buf_printf(out, "\n%s", v->name);
        for (size_t j = 0; j < v->n_phrasings; j++)
            wrt_buf_printf(out, "\n%s %s", v->phrasings[j].before, v->phrasings[j].after);
        for (size_t j = 0; j < v->n_values; j++)
            wrt_buf_printf(out, "\n%s", v->values[j]);
    }
}

static wrt_status open_model(wrt_cli_scm *out, const wrt_cli_call *call, wrt_err *err) {
    bool is_cached = !wrt_cli_flag(call, "no-cache");
    char *home = wrt_cli_home(call->globals), *cache = wrt_cli_scores_path(call->globals);
    wrt_llm_options options = wrt_scm_llm_options(wrt_cli_model_options(call->globals));
    wrt_buf texts = wrt_buf_make(WRT_MIB(256));
    wrt_status status = is_cached ? wrt_dir_make(home, 0700, err) : WRT_OK;
    options.cache_path = is_cached ? cache : NULL;
    if (status == WRT_OK)
        status = wrt_cli_open_model_with(&out->llm, call, &options, err);
    gather_texts(&texts, out->scm);
    if (status == WRT_OK && out->llm != NULL)
        status = wrt_cli_check_prompt(call, out->llm,
                                      &(wrt_llm_prompt){.text = wrt_buf_str(&texts)}, err);
    wrt_buf_free(&texts);
    free(cache);
    free(home);
    return status;
}

wrt_status wrt_cli_scm_open(wrt_cli_scm *out, const wrt_cli_call *call, wrt_err *err) {
    wrt_status status = wrt_scm_needs_model(out->scm) ? open_model(out, call, err) : WRT_OK;
    wrt_scm_scorer scorer = wrt_scm_scorer_of_llm(out->llm);
    if (status == WRT_OK)
        status = wrt_scm_source_open(&out->source, out->scm, &out->request, &scorer, 0, err);
    return status;
}

void wrt_cli_scm_close(wrt_cli_scm *scm) {
    wrt_scm_source_close(&scm->source);
    wrt_llm_close(scm->llm);
    wrt_scm_free(scm->scm);
    wrt_json_free(scm->notes);
    wrt_json_free(scm->args);
}

void wrt_cli_scm_print(FILE *out, const wrt_cli_call *call, const wrt_json *data) {
    wrt_buf text = wrt_buf_make(WRT_MIB(256));
    wrt_scm_text_write(&text, data);
    if (!call->globals->json)
        fputs(wrt_buf_str(&text).ptr, out);
    wrt_buf_free(&text);
}
