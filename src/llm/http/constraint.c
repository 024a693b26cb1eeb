/* constraint.c: the ways to hold a server's text to a grammar or schema, and whether a reply is
 * whole. Which way an endpoint follows is proved by probe.c. */
#include "llm/http/internal.h"

#include <string.h>

const char *wrt_form_name(wrt_form form) {
    static const char *const names[] = {"grammar", "structured_outputs.grammar",
                                        "structured_outputs.json", "response_format", "none"};
    return names[form];
}

wrt_form wrt_form_best(unsigned can, unsigned base, unsigned forms) {
    for (unsigned form = 0; form < WRT_FORMS; form++) {
        if ((forms >> form & 1) != 0 && (can & base << form) != 0)
            return (wrt_form)form;
    }
    return WRT_FORMS;
}

void wrt_form_set(wrt_openai_constraint *out, wrt_form form, const char *gbnf,
                  const wrt_json *schema) {
    static const wrt_openai_constraint_kind kinds[] = {
        WRT_OPENAI_GRAMMAR, WRT_OPENAI_STRUCTURED_GRAMMAR, WRT_OPENAI_STRUCTURED_JSON,
        WRT_OPENAI_RESPONSE_FORMAT, WRT_OPENAI_FREE};
    *out = (wrt_openai_constraint){.kind = kinds[form],
                                   .name = "reply",
                                   .is_strict = true,
                                   .schema = schema,
                                   .grammar = wrt_str_of(gbnf)};
}

/* Words for a natural end beyond OpenAI's "stop". */
static bool is_end(wrt_str word) {
    static const char *const words[] = {"eos", "eos_token", "end_turn", "stop_sequence"};
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        if (wrt_str_equal_c(word, words[i]))
            return true;
    }
    return false;
}

wrt_status wrt_reply_check(const wrt_openai_reply *reply, bool is_constrained, wrt_err *err) {
    if (reply->refusal.len > 0)
        return wrt_fail(err, WRT_E_FAILED, "the model refused to answer: %.200s",
                        reply->refusal.ptr);
    switch (reply->finish) {
    case WRT_OPENAI_FINISH_STOP:
    case WRT_OPENAI_FINISH_TOOL_CALLS:
        return WRT_OK;
    case WRT_OPENAI_FINISH_LENGTH:
        if (!is_constrained)
            return WRT_OK;
        return wrt_fail(err, WRT_E_LIMIT,
                        "the text was cut off after %lld tokens, before its constraint was met; "
                        "allow more tokens",
                        (long long)reply->usage.completion);
    case WRT_OPENAI_FINISH_CONTENT_FILTER:
        return wrt_fail(err, WRT_E_FAILED,
                        "the server's content filter withheld the reply (content_filter)");
    case WRT_OPENAI_FINISH_UNKNOWN:
        break;
    }
    if (is_end(reply->finish_text))
        return WRT_OK;
    return wrt_fail(err, WRT_E_FAILED,
                    reply->finish_text.len == 0
                        ? "the reply does not say how it ended (finish_reason)%.40s"
                        : "the reply ended in an unknown way (finish_reason \"%.40s\")",
                    reply->finish_text.ptr);
}
