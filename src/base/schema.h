/* schema.h: the subset of JSON Schema 2020-12 that tools use.
 *
 * Keywords: type (name or array), enum, const, required, properties, additionalProperties (boolean
 * or schema), items, minItems, maxItems, minLength, maxLength (code points), minimum, maximum,
 * pattern, anyOf, oneOf, allOf, $ref to "#/$defs/NAME", $defs; description, title, default,
 * examples are read and ignored, and so is format, which may only be "file" and only stand at a
 * property of the root: the tool host looks for it. Any other keyword is refused when a plugin is
 * loaded, never ignored. */
#ifndef WRT_BASE_SCHEMA_H
#define WRT_BASE_SCHEMA_H

#include "base/err.h"
#include "base/json.h"

/* WRT_E_INPUT names the unknown keyword or malformed value by its path. */
wrt_status wrt_schema_check(const wrt_json *schema, wrt_err *err);

/* WRT_E_INPUT names the field by its path ("args.max_hops"), what was wanted and what was found.
 * `name` is the root of that path. */
wrt_status wrt_schema_validate(const wrt_json *schema, const wrt_json *value, const char *name,
                               wrt_err *err);

/* The same for one schema inside `root`, which is where $ref looks. */
wrt_status wrt_schema_validate_part(const wrt_json *root, const wrt_json *part,
                                    const wrt_json *value, const char *name, wrt_err *err);

/* The schema that "#/$defs/NAME" stands for; NULL when the text has another form or is unknown. */
const wrt_json *wrt_schema_resolve(const wrt_json *root, const char *ref);

/* Evaluations that may be nested before WRT_E_LIMIT: one per schema on the way to a value, those
 * behind $ref, allOf, anyOf and oneOf included. */
enum { WRT_SCHEMA_DEPTH_MAX = 2 * WRT_JSON_DEPTH_MAX };

#endif
