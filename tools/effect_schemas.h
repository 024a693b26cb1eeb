/* effect_schemas.h: the JSON Schemas of effect_estimate (CONTRACTS.md, "Tools"). The ranges here
 * are those of effect/question.c, which reads the arguments again. */
#ifndef WRT_TOOLS_EFFECT_SCHEMAS_H
#define WRT_TOOLS_EFFECT_SCHEMAS_H

#define EFFECT_COLUMN   "{\"type\":\"string\",\"minLength\":1,\"maxLength\":1024}"
#define EFFECT_COLUMNS  "{\"type\":\"array\",\"maxItems\":1024,\"items\":" EFFECT_COLUMN "}"
#define EFFECT_FLAG     "{\"type\":\"boolean\",\"default\":false}"
#define EFFECT_NULLABLE "{\"type\":[\"number\",\"null\"]}"
#define EFFECT_CI                                                                                  \
    "{\"type\":[\"array\",\"null\"],\"minItems\":2,\"maxItems\":2,\"items\":{\"type\":\"number\"}" \
    "}"

#define EFFECT_ESTIMATE_ARGS                                                                       \
    "{\"type\":\"object\",\"required\":[\"data\",\"treatment\",\"outcome\"],"                      \
    "\"additionalProperties\":false,\"properties\":{"                                              \
    "\"data\":{\"type\":\"string\",\"format\":\"file\",\"minLength\":1,\"maxLength\":4096,"        \
    "\"description\":\"a table with a header line: CSV or TSV, maybe compressed\"},"               \
    "\"treatment\":" EFFECT_COLUMN ",\"outcome\":" EFFECT_COLUMN ","                               \
    "\"adjust\":{\"anyOf\":[{\"enum\":[\"auto\"]}," EFFECT_COLUMNS "],"                            \
    "\"description\":\"covariates, or auto: those that the graph calls for\"},"                    \
    "\"graph\":{\"type\":[\"string\",\"object\"],\"description\":\"causal graph of the "           \
    "columns\"},"                                                                                  \
    "\"estimator\":{\"enum\":[\"naive\",\"ols\",\"gcomp\",\"tlearner\",\"ipw\",\"aipw\","          \
    "\"match\",\"strata\",\"iv\",\"did\",\"rdd\",\"frontdoor\",\"km\",\"rmst\",\"cox\"]},"         \
    "\"estimand\":{\"enum\":[\"ate\",\"att\",\"atc\"]},\"stream\":" EFFECT_FLAG ","                \
    "\"treated\":" EFFECT_COLUMN ",\"untreated\":" EFFECT_COLUMN ","                               \
    "\"outcome_level\":" EFFECT_COLUMN ",\"categorical\":" EFFECT_COLUMNS ","                      \
    "\"propensity\":" EFFECT_COLUMN ",\"event\":" EFFECT_COLUMN ","                                \
    "\"instruments\":" EFFECT_COLUMNS ",\"mediators\":" EFFECT_COLUMNS ","                         \
    "\"running\":" EFFECT_COLUMN ",\"cutoff\":{\"type\":\"number\"},"                              \
    "\"bandwidth\":{\"type\":\"number\",\"minimum\":0},\"period\":" EFFECT_COLUMN ","              \
    "\"cluster\":" EFFECT_COLUMN ",\"by\":" EFFECT_COLUMN ","                                      \
    "\"missing\":{\"enum\":[\"drop\",\"refuse\"],\"default\":\"drop\"},"                           \
    "\"na\":{\"type\":\"array\",\"maxItems\":1024,\"items\":{\"type\":\"string\","                 \
    "\"maxLength\":1024}},"                                                                        \
    "\"se\":{\"enum\":[\"robust\",\"classical\",\"bootstrap\"],\"default\":\"robust\"},"           \
    "\"hc\":{\"enum\":[\"hc0\",\"hc1\",\"hc2\",\"hc3\"],\"default\":\"hc1\"},"                     \
    "\"bootstrap\":{\"type\":\"integer\",\"minimum\":0,\"maximum\":1000000},"                      \
    "\"level\":{\"type\":\"number\",\"minimum\":0.5,\"maximum\":0.9999,\"default\":0.95},"         \
    "\"folds\":{\"type\":\"integer\",\"minimum\":0,\"maximum\":100},"                              \
    "\"trim\":{\"type\":\"number\",\"minimum\":0,\"maximum\":0.49},"                               \
    "\"ridge\":{\"type\":\"number\",\"minimum\":0},"                                               \
    "\"strata\":{\"type\":\"integer\",\"minimum\":2,\"maximum\":1000},"                            \
    "\"matches\":{\"type\":\"integer\",\"minimum\":1,\"maximum\":64},"                             \
    "\"distance\":{\"enum\":[\"mahalanobis\",\"propensity\"]},"                                    \
    "\"normalised\":{\"type\":\"boolean\",\"default\":true},"                                      \
    "\"ties\":{\"enum\":[\"efron\",\"breslow\"]},"                                                 \
    "\"horizon\":{\"type\":\"number\",\"minimum\":0},"                                             \
    "\"refute\":" EFFECT_FLAG ",\"conflicts\":" EFFECT_FLAG ","                                    \
    "\"negative_control\":" EFFECT_COLUMN ","                                                      \
    "\"profile\":{\"type\":\"object\"},"                                                           \
    "\"shard\":{\"type\":\"string\",\"maxLength\":16},"                                            \
    "\"seed\":{\"type\":\"integer\",\"minimum\":0}}}"

#define EFFECT_ESTIMATE_DATA                                                                       \
    "{\"type\":[\"object\",\"null\"],\"required\":[\"estimator\",\"estimand\",\"measure\","        \
    "\"estimate\","                                                                                \
    "\"se\",\"ci\",\"unadjusted\",\"gap\",\"adjusted_for\",\"basis\",\"rung\",\"rung_reason\","    \
    "\"assumptions\",\"n\",\"table\",\"diagnostics\",\"sensitivity\"],\"properties\":{"            \
    "\"estimator\":{\"type\":\"string\"},\"source\":{\"type\":\"string\"},"                        \
    "\"estimand\":{\"enum\":[\"ate\",\"att\",\"atc\"]},\"measure\":{\"type\":\"string\"},"         \
    "\"estimate\":" EFFECT_NULLABLE ",\"se\":" EFFECT_NULLABLE ",\"ci\":" EFFECT_CI ","            \
    "\"unadjusted\":{\"type\":\"object\",\"required\":[\"measure\",\"estimate\",\"se\","           \
    "\"ci\"],\"properties\":{\"estimate\":" EFFECT_NULLABLE ",\"se\":" EFFECT_NULLABLE             \
    ",\"ci\":" EFFECT_CI "}},\"gap\":" EFFECT_NULLABLE ","                                         \
    "\"adjusted_for\":{\"type\":\"array\",\"items\":{\"type\":\"string\"}},"                       \
    "\"basis\":{\"type\":[\"object\",\"null\"]},"                                                  \
    "\"rung\":{\"type\":\"integer\",\"minimum\":1,\"maximum\":2},"                                 \
    "\"rung_reason\":{\"type\":\"string\"},"                                                       \
    "\"assumptions\":{\"type\":\"array\",\"items\":{\"type\":\"string\"}},"                        \
    "\"n\":{\"type\":\"integer\",\"minimum\":1},\"table\":{\"type\":\"object\"},"                  \
    "\"diagnostics\":{\"type\":\"object\"},\"sensitivity\":{\"type\":\"object\"}}}"

#endif
