/* scm_schemas.h: the JSON Schemas of the scm tools (CONTRACTS.md, "Tools"). src/scm/ask/request.c
 * reads the arguments again. */
#ifndef WRT_TOOLS_SCM_SCHEMAS_H
#define WRT_TOOLS_SCM_SCHEMAS_H

#define SCM_NAME "{\"type\":\"string\",\"minLength\":1,\"maxLength\":65536}"
#define SCM_PINS "{\"type\":\"object\",\"description\":\"{variable: value}\"}"
#define SCM_SEED "{\"type\":\"integer\",\"minimum\":0}"

#define SCM_ARGS(required, members)                                                                \
    "{\"type\":\"object\",\"required\":[\"scm\"" required "],\"additionalProperties\":false,"      \
    "\"properties\":{\"scm\":{\"type\":\"string\",\"format\":\"file\",\"minLength\":1,"            \
    "\"maxLength\":4096,\"description\":\"a model: *.scm.json or BIF, maybe compressed\"},"        \
    "\"phrasing\":{\"type\":[\"integer\",\"array\",\"object\",\"string\"]},\"seed\":" SCM_SEED     \
    ",\"rule\":{\"enum\":[\"sum\",\"sum_value\",\"mean\",\"bytes\",\"pmi\"]},"                     \
    "\"temperature\":{\"type\":\"number\",\"minimum\":0,\"maximum\":100}" members "}}"

#define SCM_METHOD                                                                                 \
    ",\"method\":{\"enum\":[\"auto\",\"exact\",\"sample\"]},\"n\":{\"type\":\"integer\","          \
    "\"minimum\":1,\"maximum\":10000000}"
#define SCM_COUPLING ",\"coupling\":{\"enum\":[\"gumbel\",\"invcdf\",\"independent\"]}"
#define SCM_CONTRAST                                                                               \
    ",\"contrast\":{\"type\":\"array\",\"minItems\":2,\"maxItems\":2,\"items\":" SCM_NAME          \
    ",\"description\":\"[a, b]: the effect of b against a\"}"

#define SCM_DESCRIBE_ARGS                                                                          \
    SCM_ARGS("", ",\"variable\":" SCM_NAME ",\"do\":" SCM_PINS ",\"given\":" SCM_PINS)
#define SCM_QUERY_ARGS                                                                             \
    SCM_ARGS(",\"outcome\"",                                                                       \
             ",\"outcome\":" SCM_NAME ",\"do\":" SCM_PINS ",\"given\":" SCM_PINS SCM_METHOD)
#define SCM_EFFECT_ARGS                                                                            \
    SCM_ARGS(",\"treatment\",\"outcome\"",                                                         \
             ",\"treatment\":" SCM_NAME ",\"outcome\":" SCM_NAME ",\"do\":" SCM_PINS               \
             ",\"given\":" SCM_PINS SCM_CONTRAST SCM_METHOD)
#define SCM_WHATIF_ARGS                                                                            \
    SCM_ARGS(",\"outcome\",\"do\"", ",\"outcome\":" SCM_NAME ",\"do\":" SCM_PINS                   \
                                    ",\"evidence\":" SCM_PINS SCM_COUPLING SCM_METHOD)
#define SCM_SIMULATE_ARGS                                                                          \
    SCM_ARGS("", ",\"treatment\":" SCM_NAME ",\"outcome\":" SCM_NAME ",\"do\":" SCM_PINS           \
                 ",\"given\":" SCM_PINS SCM_CONTRAST SCM_COUPLING                                  \
                 ",\"n\":{\"type\":\"integer\",\"minimum\":1,\"maximum\":10000000},"               \
                 "\"hidden\":{\"type\":\"boolean\"},\"shard\":{\"type\":\"string\","               \
                 "\"maxLength\":32},\"format\":{\"enum\":[\"csv\",\"jsonl\"]}")

#define SCM_DATA(required)                                                                         \
    "{\"type\":[\"object\",\"null\"],\"required\":[\"model_implied\"" required                     \
    "],\"properties\":{\"model_implied\":{\"type\":\"boolean\"},\"label\":{\"type\":\"string\"},"  \
    "\"rung\":{\"type\":\"integer\",\"minimum\":1,\"maximum\":3},"                                 \
    "\"method\":{\"enum\":[\"exact\",\"sample\"]}}}"

#define SCM_BASIS ",\"rung\",\"method\",\"n\",\"seed\",\"coupling\",\"rule\",\"model\",\"usage\""

#endif
