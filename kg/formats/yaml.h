/* yaml.h: the part of YAML that DrugMechDB's indication_paths.yaml is written in, as JSON values.
 *
 * Block sequences and mappings by indentation; scalars plain, in single or in double quotes, also
 * over several lines (a line break is a blank, an empty line a line break), literal (|) and folded
 * (>) blocks; empty [] and {}; comments. Keys are plain or quoted, stand once and are at most 1000
 * in a mapping. Plain scalars true, false, null and ~ and integers become JSON values, all others
 * texts. Anchors, aliases, tags, complex keys and non-empty flow collections are errors that say
 * so. */
#ifndef WRT_KG_FORMATS_YAML_H
#define WRT_KG_FORMATS_YAML_H

#include "base/json.h"

enum { WRT_YAML_DEPTH_MAX = 32, WRT_YAML_TEXT_MAX = 16 << 20 };

/* One value of at most WRT_YAML_TEXT_MAX bytes; *out is the caller's. WRT_E_INPUT names the line
 * within the text and the reason. */
wrt_status wrt_yaml_parse(wrt_json **out, wrt_str text, wrt_err *err);

#endif
