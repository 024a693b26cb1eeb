/* finite.c: see finite.h. */
#include "effect/checks/finite.h"

#include <math.h>

void wrt_effect_set_finite(wrt_json *object, const char *key, double value) {
    wrt_json_set(object, key, isfinite(value) ? wrt_json_new_number(value) : wrt_json_new_null());
}
