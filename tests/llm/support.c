/* support.c: see support.h. */
#include "support.h"

#include "base/file.h"
#include "tiny_gguf.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static char folder[] = "/tmp/warrant-llm-XXXXXX";
static char *path;
static wrt_buf bytes;

int tiny_setup(void **state) {
    (void)state;
    memcpy(folder + sizeof folder - 7, "XXXXXX", 6);
    if (mkdtemp(folder) == NULL)
        return 1;
    path = wrt_path_join(folder, "tiny.gguf");
    bytes = wrt_buf_make(WRT_MIB(4));
    tiny_gguf_build(&bytes);
    return wrt_file_write(path, wrt_buf_str(&bytes), 0600, NULL) != WRT_OK;
}

int tiny_teardown(void **state) {
    (void)state;
    unlink(path);
    free(path);
    wrt_buf_free(&bytes);
    return rmdir(folder);
}

const char *tiny_folder(void) {
    return folder;
}

const char *tiny_path(void) {
    return path;
}

wrt_str tiny_bytes(void) {
    return wrt_buf_str(&bytes);
}

wrt_status open_path(wrt_llm **out, const char *file, const wrt_llm_options *options,
                     wrt_err *err) {
    wrt_buf spec = wrt_buf_make(4200);
    wrt_buf_printf(&spec, "llama:%s", file);
    wrt_status status = wrt_llm_open(out, spec.ptr, options, err);
    wrt_buf_free(&spec);
    return status;
}

wrt_llm *open_tiny(wrt_llm_options options) {
    wrt_err err = {0};
    wrt_llm *llm = NULL;
    if (open_path(&llm, path, &options, &err) != WRT_OK)
        fail_msg("%s", err.message);
    return llm;
}

/* ---- the embedded model */

static const char smollm2_name[] = "SmolLM2-135M-Instruct.Q4_1.gguf";

const char *smollm2_path(void) {
    static char found[4096];
    const char *cache = getenv("WARRANT_CACHE");
    const char *xdg = getenv("XDG_CACHE_HOME");
    const char *home = getenv("HOME");
    wrt_buf text = wrt_buf_make(sizeof found - 1);
    if (cache != NULL)
        wrt_buf_printf(&text, "%s/models/%s", cache, smollm2_name);
    else if (xdg != NULL)
        wrt_buf_printf(&text, "%s/warrant/models/%s", xdg, smollm2_name);
    else if (home != NULL)
        wrt_buf_printf(&text, "%s/.cache/warrant/models/%s", home, smollm2_name);
    memcpy(found, wrt_buf_str(&text).ptr, text.len);
    found[text.len] = '\0';
    wrt_buf_free(&text);
    return found[0] != '\0' && wrt_file_exists(found) ? found : NULL;
}

void need_smollm2(void) {
    if (smollm2_path() == NULL) {
        print_message("SKIPPED: %s is not in the cache; run examples/setup/model.sh\n",
                      smollm2_name);
        skip();
    }
}

/* ---- one question */

wrt_status ask_scores(double *log_p, wrt_llm *llm, const wrt_llm_prompt *prompt,
                      const wrt_str *candidates, size_t n, wrt_str terminator, wrt_err *err) {
    wrt_llm_score scores[WRT_LLM_CANDIDATES_MAX];
    const wrt_llm_question question = {
        .prompt = *prompt, .candidates = candidates, .n = n, .terminator = terminator};
    wrt_status status = wrt_llm_score_all(scores, llm, &question, 1, err);
    for (size_t i = 0; status == WRT_OK && i < n; i++) {
        assert_int_equal(scores[i].quality, WRT_LLM_EXACT);
        assert_true(scores[i].low == scores[i].log_p && scores[i].high == scores[i].log_p);
        log_p[i] = scores[i].log_p;
    }
    return status;
}

wrt_status ask_choice(size_t *index, wrt_llm *llm, const wrt_llm_prompt *prompt,
                      const wrt_str *candidates, size_t n, wrt_err *err) {
    wrt_llm_choice choice;
    const wrt_llm_question question = {.prompt = *prompt, .candidates = candidates, .n = n};
    wrt_status status = wrt_llm_choose(&choice, llm, &question, err);
    if (status == WRT_OK)
        *index = choice.index;
    return status;
}

wrt_status ask_text(wrt_buf *out, wrt_llm *llm, const wrt_llm_prompt *prompt, const char *gbnf,
                    int max_tokens, wrt_err *err) {
    wrt_llm_reply reply;
    const wrt_llm_request request = {.prompt = *prompt, .gbnf = gbnf, .max_tokens = max_tokens};
    wrt_status status = wrt_llm_generate(&reply, llm, &request, err);
    wrt_buf_clear(out);
    if (status == WRT_OK)
        wrt_buf_add_str(out, wrt_buf_str(&reply.text));
    wrt_llm_reply_free(&reply);
    return status;
}
