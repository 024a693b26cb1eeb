/* support.h: what the tests of the language model layer share. */
#ifndef WRT_TESTS_LLM_SUPPORT_H
#define WRT_TESTS_LLM_SUPPORT_H

#include "llm/llm.h"

/* A folder with the tiny model (tiny_gguf.h) as tiny.gguf; cmocka group fixtures. */
int tiny_setup(void **state);
int tiny_teardown(void **state);
const char *tiny_folder(void);
const char *tiny_path(void);
wrt_str tiny_bytes(void);

/* Opens "llama:PATH". */
wrt_status open_path(wrt_llm **out, const char *path, const wrt_llm_options *options, wrt_err *err);
wrt_llm *open_tiny(wrt_llm_options options); /* fails the test when it cannot */

/* Path of the embedded model in model.sh's cache; NULL when it is not there: the test then skips,
 * saying so. */
const char *smollm2_path(void);
void need_smollm2(void);

/* One question, its scores as plain numbers (EXACT is asserted on success). */
wrt_status ask_scores(double *log_p, wrt_llm *llm, const wrt_llm_prompt *prompt,
                      const wrt_str *candidates, size_t n, wrt_str terminator, wrt_err *err);
wrt_status ask_choice(size_t *index, wrt_llm *llm, const wrt_llm_prompt *prompt,
                      const wrt_str *candidates, size_t n, wrt_err *err);
/* The text that a grammar admits, in *out. */
wrt_status ask_text(wrt_buf *out, wrt_llm *llm, const wrt_llm_prompt *prompt, const char *gbnf,
                    int max_tokens, wrt_err *err);

#endif
