/* script_rule.c: see script_rule.h. */
#include "llm/script_rule.h"

#include <string.h>

static bool holds(wrt_str text, wrt_str part) {
    return part.len > 0 && text.len >= part.len &&
           memmem(text.ptr, text.len, part.ptr, part.len) != NULL;
}

static wrt_str member(const wrt_json *rule, const char *name) {
    return wrt_str_of(wrt_json_get_text(rule, name, NULL));
}

const char *wrt_script_rule_fault(const wrt_json *rule) {
    static const char *const answers[] = {"option", "holding", "text"};
    const wrt_json *asks = wrt_json_get(rule, "asks");
    size_t n = wrt_json_get_bool(rule, "repeat", false) ? 1 : 0;
    if (!wrt_json_is(asks, WRT_JSON_ARRAY) || wrt_json_count(asks) == 0)
        return "\"asks\" must be a list of texts";
    WRT_JSON_EACH(part, asks)
    if (wrt_json_text(part) == NULL || wrt_json_text(part)[0] == '\0')
        return "\"asks\" must hold texts that are not empty";
    for (size_t i = 0; i < sizeof answers / sizeof *answers; i++)
        n += member(rule, answers[i]).len > 0;
    return n == 1 ? NULL : "a rule has one of \"option\", \"holding\", \"text\" and \"repeat\"";
}

static bool fits(const wrt_json *rule, const wrt_llm_prompt *prompt) {
    WRT_JSON_EACH(part, wrt_json_get(rule, "asks")) {
        wrt_str text = wrt_str_of(wrt_json_text(part));
        if (!holds(prompt->system, text) && !holds(prompt->user, text) &&
            !holds(prompt->text, text))
            return false;
    }
    return true;
}

/* "CANDIDATE: ... part ..." is a line of the user's text. */
static bool heads_line(wrt_str user, wrt_str candidate, wrt_str part) {
    wrt_str line, rest = user;
    while (wrt_str_cut(&line, &rest, '\n')) {
        if (!wrt_str_starts_with(line, candidate) || line.len == candidate.len ||
            line.ptr[candidate.len] != ':')
            continue;
        if (holds((wrt_str){line.ptr + candidate.len, line.len - candidate.len}, part))
            return true;
    }
    return false;
}

bool wrt_script_rule_choose(size_t *index, const wrt_json *rule, const wrt_llm_question *question) {
    wrt_str option = member(rule, "option"), part = member(rule, "holding");
    if ((option.len == 0 && part.len == 0) || !fits(rule, &question->prompt))
        return false;
    for (size_t i = 0; i < question->n; i++) {
        if (part.len > 0 ? heads_line(question->prompt.user, question->candidates[i], part)
                         : wrt_str_equal(question->candidates[i], option)) {
            *index = i;
            return true;
        }
    }
    return false;
}

bool wrt_script_rule_write(wrt_str *out, const wrt_json *rule, const wrt_llm_prompt *prompt) {
    bool repeats = wrt_json_get_bool(rule, "repeat", false);
    wrt_str text = member(rule, "text");
    if ((!repeats && text.len == 0) || !fits(rule, prompt))
        return false;
    *out = repeats ? prompt->user : text;
    return true;
}
