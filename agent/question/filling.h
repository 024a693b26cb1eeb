/* filling.h: what the files of this folder share while a frame is completed. */
#ifndef WRT_AGENT_QUESTION_FILLING_H
#define WRT_AGENT_QUESTION_FILLING_H

#include "agent/turn.h"

typedef struct {
    wrt_turn *turn;
    wrt_json *frame;
    const wrt_json *needs, *inputs;
    wrt_str question;
    wrt_json *columns, *variables, *nodes; /* sources.h; NULL: not needed or not there */
    wrt_json *clarify;                     /* [{"need","why","options"}] so far */
    wrt_json *acting; /* variables that may be what is acted on, no outcomes; NULL: none */
} wrt_filling;

/* The source whose names a need is about; NULL: none. */
const wrt_json *wrt_filling_source(const wrt_filling *f, const wrt_json *need);

/* Something must be asked back. options: array of text, consumed; NULL: none. */
void wrt_filling_ask(wrt_filling *f, const char *need, const char *why, wrt_json *options);

/* The model chooses among texts; *index is SIZE_MAX when there is none or it failed. */
wrt_status wrt_filling_choose(size_t *index, wrt_filling *f, const char *purpose,
                              const wrt_json *options, wrt_err *err);

/* roles.c: treatment and outcome, and lists of names. */
wrt_status wrt_filling_roles(wrt_filling *f, wrt_err *err);

/* assignment.c: what is done: "do". */
wrt_status wrt_filling_assignment(wrt_filling *f, const wrt_json *need, wrt_err *err);

#endif
