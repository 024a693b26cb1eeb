/* steer.h: the model's choices. Each is a choice among options that the program made, is asked for
 * under policy, and is recorded as model.request and model.response; without a model, or when the
 * model fails, the protocol's own choice (option 0) is taken and recorded as such. */
#ifndef WRT_AGENT_STEER_H
#define WRT_AGENT_STEER_H

#include "agent/turn.h"

enum { WRT_STEER_OPTIONS_MAX = 64 };

typedef struct {
    const char *purpose; /* one word for the ledger: "type", "entity", "optional", "more", "step",
                            "order" */
    wrt_str system;      /* what to decide */
    wrt_str user;        /* the material, untrusted parts quoted */
    const wrt_str *options;
    size_t n; /* 1..WRT_STEER_OPTIONS_MAX */
} wrt_steer_question;

/* *index is the chosen option; *by_model (may be NULL) tells who chose. Fails only when the ledger
 * cannot be written or the user interrupts. */
wrt_status wrt_steer_choose(size_t *index, bool *by_model, wrt_turn *turn,
                            const wrt_steer_question *question, wrt_err *err);

/* The option ("TOOL SUBJECT") that a call of wrt_steer_call names; 0 where it names none. */
size_t wrt_steer_called(const wrt_json *call, const wrt_str *options, size_t n);

/* Does the run's model have tool calls of its own? */
bool wrt_steer_has_calls(const wrt_turn *turn);

/* The same choice by a tool call of the model's own. An option is "TOOL SUBJECT" and option 0 is
 * anything else: no call. The model is given each TOOL with one argument, "about", which takes its
 * SUBJECTs; its first call is what counts, and a call of anything else is a failure. */
wrt_status wrt_steer_call(size_t *index, bool *by_model, wrt_turn *turn,
                          const wrt_steer_question *question, wrt_err *err);

/* Lets the model word a sentence: it generates under a grammar whose sentences are exactly the
 * options. Same contract as wrt_steer_choose. */
wrt_status wrt_steer_word(size_t *index, bool *by_model, wrt_turn *turn,
                          const wrt_steer_question *question, wrt_err *err);

#endif
