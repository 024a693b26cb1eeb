/* score_top.c: bounds on scores from a list of the likeliest first tokens.
 *
 * The canonical tokens of a candidate begin with a token t whose bytes the candidate's text begins
 * with. Either t is listed, or its probability is at most that of the least likely one listed and
 * at most what the list leaves over:
 *
 *   P(candidate) <= P(t) <= max(largest listed p whose bytes the text begins with,
 *                               min(smallest listed p, 1 - sum of the listed p))
 *
 * The token that the server drew is in the list whatever its p, beside the likeliest ones or in the
 * place of one of them, so it does not count as the smallest listed.
 * When the whole text is one listed token, its p is exact. Nothing is known from below otherwise.
 * The list is that of the prompt as it stands, so the text must not merge with the prompt's end:
 * asked are only texts that begin with something other than white space, of chat turns (whose end
 * is the template's) and of plain prompts that end with a newline. */
#include "llm/http/internal.h"

#include <math.h>
#include <string.h>

enum { TEXT_MAX = 16 << 20 };
static const double sum_max = 1.001; /* rounding of the reported log probabilities */

bool wrt_score_top_fits(const wrt_llm_question *question) {
    wrt_str text = question->prompt.text;
    if (text.len > 0 && text.ptr[text.len - 1] != '\n')
        return false;
    for (size_t k = 0; k < question->n; k++) {
        if (wrt_str_trim(question->candidates[k]).ptr != question->candidates[k].ptr)
            return false;
    }
    return true;
}

/* ---- the list -------------------------------------------------------------------------------- */

/* How the first token is drawn: at temperature 1, for servers that scale what they report by it,
 * and with a seed, for a server that reports nothing of a token that ends inside a character. */
static wrt_openai_sampling sampling(void) {
    wrt_openai_sampling out = WRT_OPENAI_SAMPLING_INIT;
    out.max_tokens = 1;
    out.temperature = 1;
    out.top_p = 1;
    out.seed = 0;
    return out;
}

static wrt_status ask_chat(wrt_openai_reply *out, wrt_attempt *attempt,
                           const wrt_llm_prompt *prompt, wrt_err *err) {
    const wrt_endpoint *endpoint = attempt->endpoint;
    wrt_openai_expect expect = WRT_OPENAI_EXPECT_INIT;
    wrt_openai_chat chat = WRT_OPENAI_CHAT_INIT;
    wrt_buf joined = wrt_prompt_join(prompt);
    bool has_both = prompt->user.len > 0;
    chat.model = endpoint->model;
    chat.system = has_both ? prompt->system : WRT_STR("");
    chat.user = has_both ? prompt->user : wrt_buf_str(&joined);
    chat.sampling = sampling();
    chat.top_logprobs = expect.top_logprobs = endpoint->chat_top;
    wrt_status status = wrt_ask_chat(out, attempt, &chat, &expect, err);
    wrt_buf_free(&joined);
    return status;
}

static wrt_status ask_text(wrt_openai_reply *out, wrt_attempt *attempt, wrt_str text,
                           wrt_err *err) {
    wrt_openai_expect expect = WRT_OPENAI_EXPECT_INIT;
    wrt_openai_completion request = WRT_OPENAI_COMPLETION_INIT;
    request.model = attempt->endpoint->model;
    request.prompt = text;
    request.sampling = sampling();
    request.logprobs = expect.top_logprobs = attempt->endpoint->text_top;
    return wrt_ask_text(out, attempt, &request, &expect, err);
}

/* Sum of p over the list, and an upper limit of what is not listed: the smallest p but for the
 * drawn token's, 1 when that is not known. */
typedef struct {
    const wrt_openai_token *top;
    size_t n;
    double least, sum;
} top_list;

static bool is_drawn(const wrt_openai_token *listed, const wrt_openai_token *drawn) {
    return wrt_str_equal(listed->bytes, drawn->bytes) &&
           (listed->id < 0 || drawn->id < 0 || listed->id == drawn->id);
}

/* `asked`: how many alternatives. A list with one more holds the drawn token, so that must be found
 * in it. */
static wrt_status read_list(top_list *out, const wrt_attempt *attempt,
                            const wrt_openai_reply *reply, int asked, wrt_err *err) {
    bool is_found = false;
    bool has_gap = false;
    if (reply->n_tokens != 1 || reply->tokens[0].n_top == 0)
        return wrt_fail(err, WRT_E_FAILED,
                        "%s: the server listed no alternatives of the first token, as it did "
                        "before",
                        attempt->endpoint->name);
    *out = (top_list){.top = reply->tokens[0].top, .n = reply->tokens[0].n_top, .least = 1};
    for (size_t i = 0; i < out->n; i++) {
        double p = exp(out->top[i].log_p);
        has_gap |= isnan(p);
        out->sum += isnan(p) ? 0 : p;
        if (is_drawn(&out->top[i], &reply->tokens[0]))
            is_found = true;
        else if (p < out->least)
            out->least = p;
    }
    if (has_gap || (!is_found && out->n > (size_t)asked))
        out->least = 1;
    return out->sum <= sum_max ? WRT_OK
                               : wrt_fail(err, WRT_E_FAILED,
                                          "%s: the listed probabilities of one token add up to %g",
                                          attempt->endpoint->name, out->sum);
}

/* ---- bounds ---------------------------------------------------------------------------------- */

static wrt_llm_score bound_of(const top_list *list, wrt_str text) {
    double listed = 0;
    double whole = 0;
    size_t n_whole = 0;
    for (size_t i = 0; i < list->n; i++) {
        wrt_str bytes = list->top[i].bytes;
        if (isnan(list->top[i].log_p) || bytes.len == 0 || !wrt_str_starts_with(text, bytes))
            continue;
        double p = exp(list->top[i].log_p);
        listed = p > listed ? p : listed;
        if (bytes.len == text.len) {
            whole = list->top[i].log_p;
            n_whole++;
        }
    }
    if (n_whole == 1)
        return wrt_score_exact(whole, 1);
    double rest = list->sum < 1 ? 1 - list->sum : 0;
    double unlisted = rest < list->least ? rest : list->least;
    double most = listed > unlisted ? listed : unlisted;
    return (wrt_llm_score){.log_p = (double)NAN,
                           .low = -(double)INFINITY,
                           .high = log(most),
                           .tokens = 0,
                           .quality = WRT_LLM_BOUND};
}

wrt_status wrt_score_top(wrt_attempt *attempt, void *ctx, wrt_err *err) {
    wrt_score_task *task = ctx;
    const wrt_llm_question *question = task->question;
    wrt_openai_reply reply;
    top_list list = {0};
    wrt_buf text = wrt_buf_make(TEXT_MAX);
    wrt_status status = question->prompt.text.len > 0
                            ? ask_text(&reply, attempt, question->prompt.text, err)
                            : ask_chat(&reply, attempt, &question->prompt, err);
    wrt_usage_add(&task->usage, &reply.usage);
    if (status == WRT_OK)
        status = read_list(&list, attempt, &reply,
                           question->prompt.text.len > 0 ? attempt->endpoint->text_top
                                                         : attempt->endpoint->chat_top,
                           err);
    for (size_t k = 0; k < question->n && status == WRT_OK; k++) {
        wrt_str whole = wrt_score_text(&text, question, k);
        task->out[k] = bound_of(&list, whole);
        if (text.overflow)
            status = wrt_fail(err, WRT_E_LIMIT, "candidate %zu is too long", k + 1);
    }
    wrt_openai_reply_free(&reply);
    wrt_buf_free(&text);
    return status;
}

/* ---- proofs ---------------------------------------------------------------------------------- */

static const wrt_llm_prompt probe_chat = {.user = {"Say yes.", 8}};
static const wrt_llm_prompt probe_text = {.text = {"The gene\n", 9}};

/* Asks for as many alternatives as the usual caps of servers let through. */
static wrt_status prove(int *top, wrt_attempt *attempt, const wrt_llm_prompt *prompt,
                        wrt_err *err) {
    static const int asked[] = {20, 5};
    bool is_text = prompt->text.len > 0;
    wrt_status status = WRT_E_UNSUPPORTED;
    for (size_t i = 0; i < sizeof asked / sizeof asked[0]; i++) {
        wrt_openai_reply reply;
        top_list list = {0};
        *top = asked[i];
        status = is_text ? ask_text(&reply, attempt, prompt->text, err)
                         : ask_chat(&reply, attempt, prompt, err);
        if (status == WRT_OK)
            status = read_list(&list, attempt, &reply, asked[i], err);
        if (status == WRT_OK && (list.n < 2 || list.least >= 1))
            status = wrt_fail(err, WRT_E_UNSUPPORTED, "%s: the server lists %zu alternatives",
                              attempt->endpoint->name, list.n);
        wrt_openai_reply_free(&reply);
        if (status != WRT_E_INPUT && status != WRT_E_UNSUPPORTED)
            break;
    }
    if (status != WRT_OK)
        *top = 0;
    return status;
}

wrt_status wrt_prove_chat_top(wrt_endpoint *endpoint, wrt_attempt *attempt, wrt_err *err) {
    wrt_status status = prove(&endpoint->chat_top, attempt, &probe_chat, err);
    endpoint->can |= status == WRT_OK ? WRT_CAN_CHAT_TOP : 0;
    return status;
}

wrt_status wrt_prove_text_top(wrt_endpoint *endpoint, wrt_attempt *attempt, wrt_err *err) {
    wrt_status status = prove(&endpoint->text_top, attempt, &probe_text, err);
    endpoint->can |= status == WRT_OK ? WRT_CAN_TEXT_TOP : 0;
    return status;
}
