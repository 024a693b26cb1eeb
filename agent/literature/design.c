/* design.c: publication types as study designs. */
#include "agent/literature/design.h"

#include "agent/claims/support.h"
#include "pubmed/article.h"

#include <string.h>
#include <strings.h>

static const char RCT[] = "D016449", META_ANALYSIS[] = "D017418", PREPRINT[] = "D000076942";
/* Observational Study; Clinical Trial and its phases; Controlled Clinical Trial. */
static const char *const observations[] = {"D064888", "D016430", "D017426", "D017427",
                                           "D017428", "D017429", "D018848"};

static bool has_type(const wrt_json *record, const char *ui) {
    WRT_JSON_EACH(type, wrt_json_get(record, "publication_types"))
    if (strcmp(wrt_json_get_text(type, "ui", ""), ui) == 0)
        return true;
    return false;
}

static bool title_says_randomised(const wrt_json *record) {
    static const char stem[] = "randomi";
    const char *title = wrt_json_get_text(record, "title", "");
    for (size_t i = 0; title[i] != '\0'; i++)
        if (strncasecmp(title + i, stem, sizeof stem - 1) == 0)
            return true;
    return false;
}

wrt_design wrt_design_of_record(const wrt_json *record) {
    if (has_type(record, META_ANALYSIS))
        return title_says_randomised(record) ? WRT_DESIGN_POOLED : WRT_DESIGN_UNKNOWN;
    if (has_type(record, RCT))
        return WRT_DESIGN_RANDOMISED;
    for (size_t i = 0; i < sizeof observations / sizeof *observations; i++)
        if (has_type(record, observations[i]))
            return WRT_DESIGN_OBSERVATION;
    return WRT_DESIGN_UNKNOWN;
}

const char *wrt_design_name(wrt_design design) {
    return design == WRT_DESIGN_RANDOMISED    ? "randomised trial"
           : design == WRT_DESIGN_POOLED      ? "meta-analysis of randomised trials"
           : design == WRT_DESIGN_OBSERVATION ? "observational study"
                                              : "study design not stated";
}

wrt_design wrt_design_of_name(const char *name) {
    static const wrt_design named[] = {WRT_DESIGN_RANDOMISED, WRT_DESIGN_POOLED,
                                       WRT_DESIGN_OBSERVATION};
    for (size_t i = 0; i < sizeof named / sizeof *named; i++)
        if (strcmp(name, wrt_design_name(named[i])) == 0)
            return named[i];
    return WRT_DESIGN_UNKNOWN;
}

const char *wrt_design_objection(const wrt_json *record) {
    wrt_pubmed_status status = WRT_PUBMED_UNKNOWN;
    const char *name = wrt_json_get_text(record, "status", "");
    if (wrt_pubmed_status_of_name(&status, wrt_str_of(name)) && status != WRT_PUBMED_UNKNOWN &&
        !wrt_pubmed_status_is_ground(status))
        return wrt_pubmed_status_name(status);
    if (has_type(record, PREPRINT) || wrt_support_is_preprint(wrt_json_get_text(record, "doi", "")))
        return "preprint";
    return NULL;
}
