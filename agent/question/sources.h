/* sources.h: the names that files of the user hold, and what is seen of a patient.
 *
 * Each read is a look-up on record (lookup.h), so that a run is framed again from its journal
 * without the files. What was read makes the run `file`, and of a patient `patient`. */
#ifndef WRT_AGENT_QUESTION_SOURCES_H
#define WRT_AGENT_QUESTION_SOURCES_H

#include "agent/turn.h"

/* The header of a table: {"names":[columns],"sha256"}. */
wrt_status wrt_source_columns(wrt_json **out, wrt_turn *turn, const char *path, wrt_err *err);

/* A structural causal model: {"names":[variables],"values":{variable: [values]},
 * "treatment"|null,"outcome"|null,"model_implied":bool,"sha256"}. */
wrt_status wrt_source_variables(wrt_json **out, wrt_turn *turn, const char *path, wrt_err *err);

/* A patient as {"values":{variable: value},"unused":[columns],"sha256"}, by a model's variables. */
wrt_status wrt_source_patient(wrt_json **out, wrt_turn *turn, const char *scm, const char *path,
                              wrt_err *err);

/* The nodes of a graph that is given as text or as an object: {"names":[...]}. Pure. */
wrt_status wrt_source_nodes(wrt_json **out, const wrt_json *graph, wrt_err *err);

#endif
