/* causal_schemas.h: the JSON Schemas of the causal tools (CONTRACTS.md, "Tools"). */
#ifndef WRT_TOOLS_CAUSAL_SCHEMAS_H
#define WRT_TOOLS_CAUSAL_SCHEMAS_H

#define CAUSAL_NAME "{\"type\":\"string\",\"minLength\":1,\"maxLength\":512}"
#define CAUSAL_PAIRS                                                                               \
    "{\"type\":\"array\",\"items\":{\"type\":\"array\",\"minItems\":2,\"maxItems\":2,"             \
    "\"items\":" CAUSAL_NAME "}}"

/* Graph text in dagitty or DOT syntax, or the object form; a name or an array of names. */
#define CAUSAL_DEFS                                                                                \
    "\"$defs\":{"                                                                                  \
    "\"name\":" CAUSAL_NAME ","                                                                    \
    "\"names\":{\"type\":\"array\",\"items\":{\"$ref\":\"#/$defs/name\"}},"                        \
    "\"one_or_more\":{\"anyOf\":[{\"$ref\":\"#/$defs/name\"},"                                     \
    "{\"type\":\"array\",\"minItems\":1,\"items\":{\"$ref\":\"#/$defs/name\"}}]},"                 \
    "\"any_number\":{\"anyOf\":[{\"$ref\":\"#/$defs/name\"},{\"$ref\":\"#/$defs/names\"}]},"       \
    "\"graph\":{\"description\":\"dagitty or DOT text, or an object\",\"anyOf\":["                 \
    "{\"type\":\"string\",\"minLength\":1},"                                                       \
    "{\"type\":\"object\",\"additionalProperties\":false,\"properties\":{"                         \
    "\"nodes\":{\"$ref\":\"#/$defs/names\"},\"latent\":{\"$ref\":\"#/$defs/"                       \
    "names\"},\"selected\":{\"$ref\":\"#/$defs/names\"},"                                          \
    "\"edges\":" CAUSAL_PAIRS ",\"bidirected\":" CAUSAL_PAIRS ",\"undirected\":" CAUSAL_PAIRS      \
    ",\"type\":{\"enum\":[\"dag\",\"pdag\",\"mag\",\"pag\"],\"default\":\"dag\"},"                 \
    "\"marks\":{\"type\":\"array\",\"items\":{\"type\":\"array\",\"minItems\":3,"                  \
    "\"maxItems\":3,\"items\":" CAUSAL_NAME "}}}}]}}"

#define CAUSAL_GRAPH       "\"graph\":{\"$ref\":\"#/$defs/graph\"}"
#define CAUSAL_ONE_OR_MORE "{\"$ref\":\"#/$defs/one_or_more\"}"
#define CAUSAL_ANY_NUMBER  "{\"$ref\":\"#/$defs/any_number\"}"
#define CAUSAL_EFFECT                                                                              \
    "\"treatment\":" CAUSAL_ONE_OR_MORE ",\"outcome\":" CAUSAL_ONE_OR_MORE ","                     \
    "\"effect\":{\"enum\":[\"total\",\"direct\"],\"default\":\"total\"}"

/* ---- causal_dsep */
#define CAUSAL_DSEP_ARGS                                                                           \
    "{\"type\":\"object\",\"required\":[\"graph\",\"x\",\"y\"],\"additionalProperties\":false,"    \
    "\"properties\":{" CAUSAL_GRAPH ",\"x\":" CAUSAL_ONE_OR_MORE ",\"y\":" CAUSAL_ONE_OR_MORE ","  \
    "\"given\":" CAUSAL_ANY_NUMBER "}," CAUSAL_DEFS "}"
#define CAUSAL_DSEP_DATA                                                                           \
    "{\"type\":\"object\",\"required\":[\"separated\",\"open_path\"],"                             \
    "\"additionalProperties\":false,\"properties\":{\"separated\":{\"type\":\"boolean\"},"         \
    "\"open_path\":{\"type\":[\"string\",\"null\"]}}}"

/* ---- causal_check_adjustment */
#define CAUSAL_CHECK_ARGS                                                                          \
    "{\"type\":\"object\",\"required\":[\"graph\",\"treatment\",\"outcome\",\"set\"],"             \
    "\"additionalProperties\":false,\"properties\":{" CAUSAL_GRAPH "," CAUSAL_EFFECT ","           \
    "\"set\":" CAUSAL_ANY_NUMBER "}," CAUSAL_DEFS "}"
#define CAUSAL_CHECK_DATA                                                                          \
    "{\"type\":\"object\",\"required\":[\"valid\",\"reason\",\"text\"],"                           \
    "\"additionalProperties\":false,\"properties\":{\"valid\":{\"type\":\"boolean\"},"             \
    "\"reason\":{\"type\":[\"object\",\"null\"],\"required\":[\"kind\"],"                          \
    "\"additionalProperties\":false,\"properties\":{"                                              \
    "\"kind\":{\"enum\":[\"forbidden_node\",\"open_path\",\"not_amenable\",\"selection\"]},"       \
    "\"node\":{\"type\":\"string\"},\"path\":{\"type\":\"string\"},"                               \
    "\"edge\":{\"type\":\"string\"}}},"                                                            \
    "\"text\":{\"type\":\"string\"}}}"

/* ---- causal_adjustment_sets */
#define CAUSAL_SETS_ARGS                                                                           \
    "{\"type\":\"object\",\"required\":[\"graph\",\"treatment\",\"outcome\"],"                     \
    "\"additionalProperties\":false,\"properties\":{" CAUSAL_GRAPH "," CAUSAL_EFFECT ","           \
    "\"kind\":{\"enum\":[\"minimal\",\"minimum\",\"optimal\",\"canonical\",\"optimal_minimal\"],"  \
    "\"default\":\"minimal\"},"                                                                    \
    "\"max\":{\"type\":\"integer\",\"minimum\":1,\"maximum\":10000,\"default\":100},"              \
    "\"costs\":{\"type\":\"object\",\"additionalProperties\":{\"type\":\"integer\",\"minimum\":1," \
    "\"maximum\":1000}},"                                                                          \
    "\"include\":" CAUSAL_ANY_NUMBER ",\"exclude\":" CAUSAL_ANY_NUMBER "}," CAUSAL_DEFS "}"
#define CAUSAL_SETS_DATA                                                                           \
    "{\"type\":\"object\",\"required\":[\"sets\",\"complete\",\"verdict\"],"                       \
    "\"additionalProperties\":false,\"properties\":{"                                              \
    "\"sets\":{\"type\":\"array\",\"items\":{\"type\":\"array\",\"items\":{\"type\":\"string\"}}}" \
    ","                                                                                            \
    "\"complete\":{\"type\":\"boolean\"},"                                                         \
    "\"verdict\":{\"enum\":[\"ok\",\"empty_set_valid\",\"no_set\",\"no_causal_path\"]}}}"

/* ---- causal_identify */
#define CAUSAL_IDENTIFY_ARGS                                                                       \
    "{\"type\":\"object\",\"required\":[\"graph\",\"treatment\",\"outcome\"],"                     \
    "\"additionalProperties\":false,\"properties\":{" CAUSAL_GRAPH                                 \
    ",\"treatment\":" CAUSAL_ONE_OR_MORE ",\"outcome\":" CAUSAL_ONE_OR_MORE                        \
    ",\"effect\":{\"enum\":[\"total\",\"ett\",\"nde\",\"nie\"],\"default\":\"total\","             \
    "\"description\":\"ett: effect on the treated; nde, nie: natural direct and indirect "         \
    "effect\"},"                                                                                   \
    "\"mediators\":" CAUSAL_ANY_NUMBER ",\"given\":" CAUSAL_ANY_NUMBER                             \
    ",\"evaluate\":{\"type\":\"object\","                                                          \
    "\"description\":\"a joint distribution of binary variables; index of a probability is the "   \
    "sum of value(variables[i]) * 2^i\","                                                          \
    "\"required\":[\"variables\",\"joint\"],\"additionalProperties\":false,\"properties\":{"       \
    "\"variables\":{\"type\":\"array\",\"minItems\":1,\"maxItems\":16,\"items\":" CAUSAL_NAME "}," \
    "\"joint\":{\"type\":\"array\",\"items\":{\"type\":\"number\"}}}}}," CAUSAL_DEFS "}"
#define CAUSAL_TEXTS "{\"type\":\"array\",\"items\":{\"type\":\"string\"}}"
#define CAUSAL_FOREST                                                                              \
    "{\"type\":\"object\",\"required\":[\"nodes\",\"edges\",\"bidirected\"],"                      \
    "\"additionalProperties\":false,\"properties\":{\"nodes\":" CAUSAL_TEXTS                       \
    ",\"edges\":{\"type\":\"array\"},\"bidirected\":{\"type\":\"array\"}}}"
#define CAUSAL_IDENTIFY_DATA                                                                       \
    "{\"type\":\"object\",\"required\":[\"identifiable\",\"method\",\"estimand\",\"steps\","       \
    "\"hedge\"],\"additionalProperties\":false,\"properties\":{"                                   \
    "\"identifiable\":{\"type\":\"boolean\"},"                                                     \
    "\"effect\":{\"enum\":[\"ett\",\"nde\",\"nie\"]},\"rung\":{\"enum\":[2,3]},"                   \
    "\"question\":{\"type\":\"string\"},\"mediators\":" CAUSAL_TEXTS ","                           \
    "\"witness\":{\"type\":[\"object\",\"null\"],\"required\":[\"kind\",\"nodes\",\"text\"],"      \
    "\"additionalProperties\":false,\"properties\":{"                                              \
    "\"kind\":{\"enum\":[\"node\",\"district\",\"hedge\"]},\"nodes\":" CAUSAL_TEXTS                \
    ",\"text\":{\"type\":\"string\"}}},"                                                           \
    "\"method\":{\"enum\":[\"backdoor\",\"frontdoor\",\"id\",\"counterfactual\",\"none\"]},"       \
    "\"estimand\":{\"type\":[\"object\",\"null\"],\"required\":[\"text\",\"latex\"],"              \
    "\"additionalProperties\":false,\"properties\":{\"text\":{\"type\":\"string\"},"               \
    "\"latex\":{\"type\":\"string\"}}},"                                                           \
    "\"parametric\":{\"type\":\"object\",\"required\":[\"method\",\"instruments\","                \
    "\"assumptions\"],"                                                                            \
    "\"additionalProperties\":false,\"properties\":{\"method\":{\"const\":\"instrument\"},"        \
    "\"instruments\":{\"type\":\"array\",\"minItems\":1,\"items\":{\"type\":\"object\","           \
    "\"required\":[\"instrument\",\"given\"],\"additionalProperties\":false,\"properties\":{"      \
    "\"instrument\":{\"type\":\"string\"},\"given\":" CAUSAL_TEXTS "}}},"                          \
    "\"assumptions\":" CAUSAL_TEXTS "}},"                                                          \
    "\"steps\":" CAUSAL_TEXTS ",\"hedge\":{\"type\":[\"object\",\"null\"],"                        \
    "\"required\":[\"outer\",\"inner\",\"roots\",\"treatment\",\"outcome\",\"text\"],"             \
    "\"additionalProperties\":false,\"properties\":{\"outer\":" CAUSAL_FOREST                      \
    ",\"inner\":" CAUSAL_FOREST ",\"roots\":" CAUSAL_TEXTS ",\"treatment\":" CAUSAL_TEXTS          \
    ",\"outcome\":" CAUSAL_TEXTS ",\"text\":{\"type\":\"string\"}}},"                              \
    "\"value\":{\"type\":\"object\",\"additionalProperties\":{\"type\":[\"number\",\"null\"]}}}}"

#endif
