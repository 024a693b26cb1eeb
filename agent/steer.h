/* steer.h: the model's choices. Each is a choice among options that the program made, is asked for
 * under policy, and is recorded as model.request and model.response; without a model, or when the
 * model fails, the protocol's own choice (option 0) is taken and recorded as such. */
#ifndef WRT_AGENT_STEER_H
#define WRT_AGENT_STEER_H

#include "agent/turn.h"

typedef struct {
    const char *purpose; /* one word for the ledger: "type", "entity", "optional", "order" */
    wrt_str system;      /* what to decide */
    wrt_str user;        /* the material, untrusted parts quoted */
    const wrt_str *options;
    size_t n; /* 1..64 */
} wrt_steer_question;

/* *index is the chosen option; *by_model (may be NULL) tells who chose. Fails only when the ledger
 * cannot be written or the user interrupts. */
wrt_status wrt_steer_choose(size_t *index, bool *by_model, wrt_turn *turn,
                            const wrt_steer_question *question, wrt_err *err);

/* Lets the model word a sentence: it generates under a grammar whose sentences are exactly the
 * options. Same contract as wrt_steer_choose. */
wrt_status wrt_steer_word(size_t *index, bool *by_model, wrt_turn *turn,
                          const wrt_steer_question *question, wrt_err *err);

#endif
