/* schema_walk.h: the position inside a schema or value, shared by schema*.c.
 * Private to those files. */
#ifndef WRT_BASE_SCHEMA_WALK_H
#define WRT_BASE_SCHEMA_WALK_H

#include "base/schema.h"

enum {
    WRT_SCHEMA_PATH_MAX = 200, /* bytes of a path in a message; longer paths are cut */
    WRT_SCHEMA_SHOW_MAX = 72,  /* bytes of a value in a message */
};

typedef struct {
    const wrt_json *root; /* the whole schema: where $defs live */
    char path[WRT_SCHEMA_PATH_MAX];
    size_t len;   /* of path */
    int depth;    /* nested evaluations */
    size_t steps; /* evaluations made so far */
    wrt_err *err;
} wrt_schema_walk;

wrt_schema_walk wrt_schema_walk_make(const wrt_json *root, const char *name, wrt_err *err);

/* Each appends a part to the path and returns the length to go back to with _leave. */
size_t wrt_schema_enter(wrt_schema_walk *walk, const char *key);
size_t wrt_schema_enter_index(wrt_schema_walk *walk, size_t index);
void wrt_schema_leave(wrt_schema_walk *walk, size_t len);

/* A short text for a value: quoted and cut strings, numbers, "an array of 3". */
void wrt_schema_show(char out[WRT_SCHEMA_SHOW_MAX], const wrt_json *value);

#endif
