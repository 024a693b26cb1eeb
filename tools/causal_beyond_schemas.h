/* causal_beyond_schemas.h: the JSON Schemas of the tools in causal_beyond.c. */
#ifndef WRT_TOOLS_CAUSAL_BEYOND_SCHEMAS_H
#define WRT_TOOLS_CAUSAL_BEYOND_SCHEMAS_H

#include "tools/causal_schemas.h"

#define CAUSAL_NAMES_OUT "{\"type\":\"array\",\"items\":{\"type\":\"string\"}}"
#define CAUSAL_MAX       "\"max\":{\"type\":\"integer\",\"minimum\":1,\"maximum\":10000,\"default\":100}"

/* ---- causal_frontdoor */
#define CAUSAL_FRONTDOOR_ARGS                                                                      \
    "{\"type\":\"object\",\"required\":[\"graph\",\"treatment\",\"outcome\"],"                     \
    "\"additionalProperties\":false,\"properties\":{" CAUSAL_GRAPH                                 \
    ",\"treatment\":" CAUSAL_ONE_OR_MORE ",\"outcome\":" CAUSAL_ONE_OR_MORE ","                    \
    "\"set\":" CAUSAL_ANY_NUMBER ","                                                               \
    "\"kind\":{\"enum\":[\"all\",\"minimal\",\"maximal\"],\"default\":\"all\"}," CAUSAL_MAX        \
    ",\"include\":" CAUSAL_ANY_NUMBER ",\"exclude\":" CAUSAL_ANY_NUMBER "}," CAUSAL_DEFS "}"
#define CAUSAL_FRONTDOOR_DATA                                                                      \
    "{\"type\":\"object\",\"required\":[\"sets\",\"complete\",\"verdict\"],"                       \
    "\"additionalProperties\":false,\"properties\":{"                                              \
    "\"sets\":{\"type\":\"array\",\"items\":" CAUSAL_NAMES_OUT "},"                                \
    "\"complete\":{\"type\":\"boolean\"},"                                                         \
    "\"verdict\":{\"enum\":[\"ok\",\"no_set\",\"no_causal_path\"]},"                               \
    "\"check\":{\"type\":\"object\",\"required\":[\"valid\",\"reason\",\"text\"],"                 \
    "\"additionalProperties\":false,\"properties\":{\"valid\":{\"type\":\"boolean\"},"             \
    "\"text\":{\"type\":\"string\"},"                                                              \
    "\"reason\":{\"type\":[\"object\",\"null\"],\"required\":[\"kind\",\"path\"],"                 \
    "\"additionalProperties\":false,\"properties\":{\"path\":{\"type\":\"string\"},"               \
    "\"kind\":{\"enum\":[\"unintercepted_path\",\"open_path_from_treatment\","                     \
    "\"open_path_to_outcome\"]}}}}}}}"

/* ---- causal_instruments */
#define CAUSAL_INSTRUMENTS_ARGS                                                                    \
    "{\"type\":\"object\",\"required\":[\"graph\",\"treatment\",\"outcome\"],"                     \
    "\"additionalProperties\":false,\"properties\":{" CAUSAL_GRAPH "," CAUSAL_EFFECT               \
    "," CAUSAL_MAX "}," CAUSAL_DEFS "}"
#define CAUSAL_INSTRUMENTS_DATA                                                                    \
    "{\"type\":\"object\",\"required\":[\"instruments\",\"complete\",\"undecided\",\"verdict\","   \
    "\"parametric\",\"assumptions\"],\"additionalProperties\":false,\"properties\":{"              \
    "\"instruments\":{\"type\":\"array\",\"items\":{\"type\":\"object\","                          \
    "\"required\":[\"instrument\",\"given\"],\"additionalProperties\":false,\"properties\":{"      \
    "\"instrument\":{\"type\":\"string\"},\"given\":" CAUSAL_NAMES_OUT "}}},"                      \
    "\"complete\":{\"type\":\"boolean\"},\"undecided\":" CAUSAL_NAMES_OUT ","                      \
    "\"verdict\":{\"enum\":[\"ok\",\"no_instrument\",\"no_causal_path\"]},"                        \
    "\"parametric\":{\"type\":\"boolean\"},\"assumptions\":" CAUSAL_NAMES_OUT "}}"

/* ---- causal_implications */
#define CAUSAL_IMPLICATIONS_ARGS                                                                   \
    "{\"type\":\"object\",\"required\":[\"graph\"],\"additionalProperties\":false,"                \
    "\"properties\":{" CAUSAL_GRAPH "," CAUSAL_MAX "}," CAUSAL_DEFS "}"
#define CAUSAL_IMPLICATIONS_DATA                                                                   \
    "{\"type\":\"object\",\"required\":[\"implications\",\"complete\"],"                           \
    "\"additionalProperties\":false,\"properties\":{\"complete\":{\"type\":\"boolean\"},"          \
    "\"implications\":{\"type\":\"array\",\"items\":{\"type\":\"object\","                         \
    "\"required\":[\"x\",\"y\",\"given\"],\"additionalProperties\":false,\"properties\":{"         \
    "\"x\":{\"type\":\"string\"},\"y\":{\"type\":\"string\"},\"given\":" CAUSAL_NAMES_OUT "}}}}}"

#endif
