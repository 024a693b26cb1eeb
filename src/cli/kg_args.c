/* kg_args.c: see kg_args.h. */
#include "cli/kg_args.h"

#include "base/arena.h"
#include "cli/open.h"
#include "kg/names/resolve.h"

enum { CANDIDATES = 10, LIST_MAX = 1000 };

wrt_status wrt_cli_with_kg(wrt_cli_kg_fn fn, wrt_cli_result *result, const wrt_cli_call *call,
                           wrt_err *err) {
    wrt_kg *kg = NULL;
    wrt_status status = wrt_cli_open_kg(&kg, call->globals, err);
    if (status == WRT_OK)
        status = fn(result, call, kg, err);
    wrt_kg_close(kg);
    return status;
}

static wrt_status fail_ambiguous(const char *text, const wrt_json *matches, wrt_err *err) {
    wrt_buf list = wrt_buf_make(WRT_ERR_MESSAGE_MAX);
    WRT_JSON_EACH(match, matches) {
        if (!wrt_json_get_bool(match, "ambiguous", false))
            break;
        wrt_buf_printf(&list, "%s%s (%s)", list.len > 0 ? ", " : "",
                       wrt_json_get_text(match, "id", "?"), wrt_json_get_text(match, "kind", "?"));
    }
    wrt_fail(err, WRT_E_INPUT, "\"%.100s\" names several nodes; use one of these ids: %s", text,
             wrt_buf_str(&list).ptr);
    wrt_buf_free(&list);
    return WRT_E_INPUT;
}

wrt_status wrt_cli_kg_node(char **out, wrt_kg *kg, const char *text, wrt_err *err) {
    wrt_json *matches = NULL;
    wrt_status status = wrt_kg_resolve(&matches, kg, wrt_str_of(text), NULL, CANDIDATES, err);
    const wrt_json *best = wrt_json_first(matches);
    bool is_exact = wrt_json_get_number(best, "score", 0) >= 1;
    if (status == WRT_OK && is_exact && wrt_json_get_bool(best, "ambiguous", false))
        status = fail_ambiguous(text, matches, err);
    else if (status == WRT_OK && is_exact)
        *out = wrt_strdup(wrt_json_get_text(best, "id", ""));
    else if (status == WRT_OK && best != NULL)
        status =
            wrt_fail(err, WRT_E_NOT_FOUND, "\"%.100s\" is not in the graph; nearest: %s (%s)", text,
                     wrt_json_get_text(best, "name", "?"), wrt_json_get_text(best, "id", "?"));
    else if (status == WRT_OK)
        status = wrt_fail(err, WRT_E_NOT_FOUND, "\"%.100s\" is not in the graph", text);
    wrt_json_free(matches);
    return status;
}

static wrt_status read_array(wrt_json **out, const char *text, const char *option, wrt_err *err) {
    wrt_status status = wrt_cli_read_json(out, text, err);
    bool texts = status == WRT_OK && wrt_json_is(*out, WRT_JSON_ARRAY);
    WRT_JSON_EACH(item, *out)
    texts = texts && wrt_json_text(item) != NULL;
    if (status == WRT_OK && !texts)
        status = wrt_fail(err, WRT_E_INPUT, "--%s takes A,B or a JSON array of texts", option);
    return status;
}

wrt_status wrt_cli_list(wrt_json **out, const wrt_cli_call *call, const char *option,
                        wrt_err *err) {
    const char *text = wrt_cli_value(call, option);
    *out = NULL;
    if (text == NULL)
        return WRT_OK;
    if (text[0] == '[')
        return read_array(out, text, option, err);
    wrt_str item, rest = wrt_str_of(text);
    *out = wrt_json_new_array();
    while (wrt_str_cut(&item, &rest, ',')) {
        item = wrt_str_trim(item);
        if (item.len > 0)
            wrt_json_push(*out, wrt_json_new_text(item));
    }
    if (wrt_json_count(*out) == 0 || wrt_json_count(*out) > LIST_MAX)
        return wrt_fail(err, WRT_E_INPUT, "--%s takes 1 to %d texts: A,B or a JSON array", option,
                        LIST_MAX);
    return WRT_OK;
}

wrt_status wrt_cli_kg_words(wrt_json **out, const wrt_cli_call *call, const wrt_kg *kg,
                            const char *option, wrt_err *err) {
    wrt_status status = wrt_cli_list(out, call, option, err);
    wrt_json *unknown = wrt_kg_unknown_words(kg, status == WRT_OK ? *out : NULL);
    WRT_JSON_EACH(word, unknown) {
        wrt_buf text = wrt_buf_make(WRT_ERR_MESSAGE_MAX);
        wrt_buf_printf(&text,
                       "--%s %.100s: the graph has none; `warrant kg stats --by %s` lists them",
                       option, wrt_json_text(word), option[0] == 'k' ? "type" : "predicate");
        wrt_json_push_text(call->warnings, wrt_buf_str(&text).ptr);
        wrt_buf_free(&text);
    }
    wrt_json_free(unknown);
    return status;
}

void wrt_cli_print_pretty(const wrt_cli_call *call, const wrt_json *value) {
    if (call->globals->json || value == NULL)
        return;
    wrt_buf text = wrt_buf_make(WRT_MIB(64));
    wrt_json_write_pretty(&text, value);
    fprintf(call->out, "%s\n", wrt_buf_str(&text).ptr);
    wrt_buf_free(&text);
}
