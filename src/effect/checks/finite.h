/* finite.h: numbers that may be unknown, in JSON: NAN and infinities are null. */
#ifndef WRT_EFFECT_FINITE_H
#define WRT_EFFECT_FINITE_H

#include "base/json.h"

void wrt_effect_set_finite(wrt_json *object, const char *key, double value);

#endif
