/* random_schema.h: schemas put together at random from all keywords. */
#ifndef WRT_TESTS_RANDOM_SCHEMA_H
#define WRT_TESTS_RANDOM_SCHEMA_H

#include "base/json.h"
#include "base/rng.h"

/* A schema of the subset in base/schema.h; many of them fit no value. The caller frees it. */
wrt_json *random_schema(wrt_rng *rng);

#endif
