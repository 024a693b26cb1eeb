/* kg_schemas.h: the JSON Schemas of the kg tools (CONTRACTS.md, "Tools"). */
#ifndef WRT_TOOLS_KG_SCHEMAS_H
#define WRT_TOOLS_KG_SCHEMAS_H

#define KG_NAMES                                                                                   \
    "{\"type\":\"array\",\"items\":{\"type\":\"string\",\"minLength\":1,\"maxLength\":512},"       \
    "\"maxItems\":1000}"
#define KG_TEXT    "{\"type\":\"string\",\"minLength\":1,\"maxLength\":1000}"
#define KG_STRINGS "{\"type\":\"array\",\"items\":{\"type\":\"string\"}}"

#define KG_NODE_REF                                                                                \
    "{\"type\":\"object\",\"required\":[\"id\",\"name\",\"kind\"],\"properties\":{"                \
    "\"id\":{\"type\":\"string\"},\"name\":{\"type\":[\"string\",\"null\"]},"                      \
    "\"kind\":{\"type\":\"string\"}}}"

#define KG_SIGN "{\"enum\":[1,-1,0,null]}"

/* ---- kg_resolve */
#define KG_RESOLVE_ARGS                                                                            \
    "{\"type\":\"object\",\"required\":[\"text\"],\"additionalProperties\":false,\"properties\":{" \
    "\"text\":{\"type\":\"string\",\"minLength\":1,\"maxLength\":1000,"                            \
    "\"description\":\"a name, synonym or id\"},"                                                  \
    "\"kinds\":" KG_NAMES ","                                                                      \
    "\"limit\":{\"type\":\"integer\",\"minimum\":1,\"maximum\":100,\"default\":10}}}"
#define KG_RESOLVE_DATA                                                                            \
    "{\"type\":\"array\",\"items\":{\"type\":\"object\","                                          \
    "\"required\":[\"id\",\"name\",\"kind\",\"match\",\"score\"],\"properties\":{"                 \
    "\"id\":{\"type\":\"string\"},\"name\":{\"type\":[\"string\",\"null\"]},"                      \
    "\"kind\":{\"type\":\"string\"},"                                                              \
    "\"match\":{\"enum\":[\"id\",\"name\",\"synonym\",\"xref\",\"variant\",\"prefix\",\"fuzzy\"]}" \
    ","                                                                                            \
    "\"score\":{\"type\":\"number\",\"minimum\":0,\"maximum\":1},"                                 \
    "\"via\":{\"enum\":[\"spelling\",\"word order\",\"salt\",\"case\"]},"                          \
    "\"ambiguous\":{\"type\":\"boolean\"},\"same_as\":" KG_STRINGS "}}}"

/* ---- kg_node, kg_edge */
#define KG_ID_ARGS                                                                                 \
    "{\"type\":\"object\",\"required\":[\"id\"],\"additionalProperties\":false,\"properties\":{"   \
    "\"id\":{\"type\":\"string\",\"minLength\":1,\"maxLength\":512}}}"
#define KG_NODE_DATA                                                                               \
    "{\"type\":[\"object\",\"null\"],"                                                             \
    "\"required\":[\"id\",\"name\",\"kind\",\"synonyms\",\"xrefs\",\"degrees\"],\"properties\":{"  \
    "\"id\":{\"type\":\"string\"},\"name\":{\"type\":[\"string\",\"null\"]},"                      \
    "\"kind\":{\"type\":\"string\"},\"synonyms\":" KG_STRINGS ",\"xrefs\":" KG_STRINGS ","         \
    "\"degrees\":{\"type\":\"object\",\"required\":[\"in\",\"out\"],\"properties\":{"              \
    "\"in\":{\"type\":\"integer\",\"minimum\":0},"                                                 \
    "\"out\":{\"type\":\"integer\",\"minimum\":0}}}}}"

#define KG_EDGE_MEMBERS                                                                            \
    "\"required\":[\"id\",\"subject\",\"predicate\",\"object\"],\"properties\":{"                  \
    "\"id\":{\"type\":\"string\"},\"subject\":" KG_NODE_REF ",\"object\":" KG_NODE_REF ","         \
    "\"predicate\":{\"type\":\"string\"},\"sign\":" KG_SIGN ",\"causal\":{\"type\":\"boolean\"},"  \
    "\"publications\":" KG_STRINGS "}"
#define KG_EDGE_DATA "{\"type\":[\"object\",\"null\"]," KG_EDGE_MEMBERS "}"

/* ---- kg_neighbors */
#define KG_NEIGHBORS_ARGS                                                                          \
    "{\"type\":\"object\",\"required\":[\"id\"],\"additionalProperties\":false,\"properties\":{"   \
    "\"id\":{\"type\":\"string\",\"minLength\":1,\"maxLength\":512},"                              \
    "\"predicates\":" KG_NAMES ",\"kinds\":" KG_NAMES ","                                          \
    "\"direction\":{\"enum\":[\"out\",\"in\",\"both\"],\"default\":\"both\"},"                     \
    "\"limit\":{\"type\":\"integer\",\"minimum\":1,\"maximum\":1000,\"default\":50}}}"
#define KG_NEIGHBORS_DATA                                                                          \
    "{\"type\":\"array\",\"items\":{\"type\":\"object\",\"required\":[\"edge\","                   \
    "\"node\"],\"properties\":{\"edge\":{\"type\":\"object\"," KG_EDGE_MEMBERS "},"                \
    "\"node\":" KG_NODE_REF "}}}"

/* ---- kg_paths */
#define KG_PATHS_ARGS                                                                              \
    "{\"type\":\"object\",\"required\":[\"from\",\"to\"],\"additionalProperties\":false,"          \
    "\"properties\":{\"from\":" KG_TEXT ",\"to\":" KG_TEXT ","                                     \
    "\"max_hops\":{\"type\":\"integer\",\"minimum\":1,\"maximum\":6,\"default\":4},"               \
    "\"k\":{\"type\":\"integer\",\"minimum\":1,\"maximum\":1000,\"default\":10},"                  \
    "\"kinds\":" KG_NAMES ",\"predicates\":" KG_NAMES ",\"exclude\":" KG_NAMES ","                 \
    "\"sign\":{\"enum\":[1,-1]},"                                                                  \
    "\"rank\":{\"enum\":[\"mechanism\",\"degree_product\",\"dwpc\",\"information\","               \
    "\"evidence\",\"signed\"],\"default\":\"mechanism\","                                          \
    "\"description\":\"what the score means\"},"                                                   \
    "\"direction\":{\"enum\":[\"stored\",\"any\"],\"default\":\"stored\"},"                        \
    "\"cover\":{\"type\":\"boolean\","                                                             \
    "\"description\":\"prefer paths that show new nodes to best scores\"},"                        \
    "\"w\":{\"type\":\"number\",\"minimum\":0,\"maximum\":2,"                                      \
    "\"description\":\"damping of degrees\"},"                                                     \
    "\"include_treats\":{\"type\":\"boolean\",\"default\":false,"                                  \
    "\"description\":\"follow direct treatment edges too\"}}}"
#define KG_PATHS_DATA                                                                              \
    "{\"type\":\"array\",\"items\":{\"type\":\"object\","                                          \
    "\"required\":[\"nodes\",\"edges\",\"metapath\",\"score\",\"sign\"],\"properties\":{"          \
    "\"nodes\":{\"type\":\"array\",\"minItems\":2,\"items\":" KG_NODE_REF "},"                     \
    "\"edges\":{\"type\":\"array\",\"minItems\":1,\"items\":{\"type\":\"object\","                 \
    "\"required\":[\"id\",\"predicate\",\"direction\",\"sign\",\"sources\",\"publications\","      \
    "\"license\"],\"properties\":{\"id\":{\"type\":\"string\"},\"sign\":" KG_SIGN ","              \
    "\"reversed\":{\"type\":\"boolean\"},\"alternatives\":" KG_STRINGS ","                         \
    "\"contradicted_by\":" KG_STRINGS                                                              \
    ",\"sign_conflict\":{\"type\":\"boolean\"},\"retracted_publications\":" KG_STRINGS ","         \
    "\"support_retracted\":{\"type\":\"boolean\"}}}},"                                             \
    "\"metapath\":{\"type\":\"string\"},\"score\":{\"type\":\"number\"},"                          \
    "\"gain\":{\"type\":\"number\",\"minimum\":0,\"maximum\":1},"                                  \
    "\"sign\":" KG_SIGN "}}}"

#endif
