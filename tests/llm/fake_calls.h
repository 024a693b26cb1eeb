/* fake_calls.h: what the tests of the HTTP backend ask of a fake server. Each fails the test that
 * calls it when it cannot do what it says. */
#ifndef WRT_TESTS_LLM_FAKE_CALLS_H
#define WRT_TESTS_LLM_FAKE_CALLS_H

#include "fake_server.h"
#include "llm/llm.h"

extern const wrt_llm_prompt fake_chat; /* "Answer in one word." and "Well?" */
extern const wrt_llm_prompt fake_text; /* a plain text that ends a line */
extern const wrt_str fake_yes_no[2];

/* Only this one may fail; *err is cleared first. */
wrt_status try_open(wrt_llm **out, const char *spec, wrt_llm_options options, wrt_err *err);
wrt_llm *open_spec(const char *spec, wrt_llm_options options);
wrt_llm *open_two(const fake *a, const fake *b, wrt_llm_options options); /* as one pool */
/* n times the question yes or no behind the prompt. */
void score_many(wrt_llm_score *out, wrt_llm *llm, const wrt_llm_prompt *prompt, size_t n);
wrt_status write_word(wrt_llm_reply *out, wrt_llm *llm, wrt_err *err); /* may fail */
/* The fake's usual words came, from that replica unless it is NULL. */
void must_write(wrt_llm *llm, const char *replica);
/* No key in the environment: a group fixture. */
int no_keys(void **state);

#endif
