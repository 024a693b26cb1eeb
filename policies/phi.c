/* phi.c: screening a text for identifiers. */
#include "policies/phi.h"

#include "policies/phi_forms.h"

static const char *const names[WRT_PHI_CLASSES] = {
    [WRT_PHI_ACCOUNT] = "account", [WRT_PHI_AGE_OVER_89] = "age_over_89",
    [WRT_PHI_DATE] = "date",       [WRT_PHI_DEA] = "dea",
    [WRT_PHI_DEVICE] = "device",   [WRT_PHI_EMAIL] = "email",
    [WRT_PHI_FAX] = "fax",         [WRT_PHI_IP] = "ip",
    [WRT_PHI_LICENCE] = "licence", [WRT_PHI_MRN] = "mrn",
    [WRT_PHI_NPI] = "npi",         [WRT_PHI_PHONE] = "phone",
    [WRT_PHI_PLAN] = "plan",       [WRT_PHI_SSN] = "ssn",
    [WRT_PHI_URL] = "url",         [WRT_PHI_VEHICLE] = "vehicle",
    [WRT_PHI_ZIP] = "zip"};

const char *wrt_phi_name(wrt_phi_class class) {
    return names[class];
}

/* What is tried where a word begins. The stricter forms come first: a number with its word beside
 * it is what the word says. */
static const struct {
    wrt_phi_class class;
    size_t (*match)(wrt_str text, size_t at);
} matchers[] = {
    {WRT_PHI_EMAIL, wrt_phi_match_email},     {WRT_PHI_URL, wrt_phi_match_url},
    {WRT_PHI_NPI, wrt_phi_match_npi},         {WRT_PHI_DEA, wrt_phi_match_dea},
    {WRT_PHI_SSN, wrt_phi_match_ssn},         {WRT_PHI_MRN, wrt_phi_match_mrn},
    {WRT_PHI_VEHICLE, wrt_phi_match_vehicle}, {WRT_PHI_PLAN, wrt_phi_match_plan},
    {WRT_PHI_ACCOUNT, wrt_phi_match_account}, {WRT_PHI_LICENCE, wrt_phi_match_licence},
    {WRT_PHI_DEVICE, wrt_phi_match_device},   {WRT_PHI_DATE, wrt_phi_match_date},
    {WRT_PHI_AGE_OVER_89, wrt_phi_match_age}, {WRT_PHI_IP, wrt_phi_match_ip},
    {WRT_PHI_ZIP, wrt_phi_match_zip},         {WRT_PHI_FAX, wrt_phi_match_fax},
    {WRT_PHI_PHONE, wrt_phi_match_phone},
};

static bool begins(wrt_str text, size_t at) {
    if (at > 0 && wrt_phi_is_word(text, at - 1))
        return false;
    return wrt_phi_is_word(text, at) || text.ptr[at] == '(' || text.ptr[at] == '+';
}

static size_t match_at(wrt_phi_span *out, wrt_str text, size_t at) {
    for (size_t i = 0; i < sizeof matchers / sizeof *matchers; i++) {
        size_t end = matchers[i].match(text, at);
        if (end > at) {
            *out = (wrt_phi_span){matchers[i].class, at, end};
            return end;
        }
    }
    return 0;
}

bool wrt_phi_next(wrt_phi_span *out, size_t *from, wrt_str text) {
    for (size_t at = *from; at < text.len; at++) {
        if (!begins(text, at))
            continue;
        size_t end = wrt_phi_lookalike(text, at);
        if (end > at) {
            at = end - 1;
            continue;
        }
        end = match_at(out, text, at);
        if (end > at) {
            *from = end;
            return true;
        }
    }
    *from = text.len;
    return false;
}

unsigned wrt_phi_classes_of(wrt_str text) {
    wrt_phi_span span;
    unsigned classes = 0;
    for (size_t from = 0; wrt_phi_next(&span, &from, text);)
        classes |= 1u << span.class;
    return classes;
}

/* ---- the report */

static wrt_json *list_classes(unsigned classes) {
    wrt_json *list = wrt_json_new_array();
    for (unsigned i = 0; i < WRT_PHI_CLASSES; i++)
        if (classes & 1u << i)
            wrt_json_push_text(list, names[i]);
    return list;
}

static wrt_json *list_unscreened(void) {
    static const char *const unscreened[] = {"names",
                                             "places below a state, other than ZIP codes",
                                             "biometric identifiers",
                                             "photographs",
                                             "any other unique number, characteristic or code",
                                             "what is known of a person otherwise"};
    wrt_json *list = wrt_json_new_array();
    for (size_t i = 0; i < sizeof unscreened / sizeof *unscreened; i++)
        wrt_json_push_text(list, unscreened[i]);
    return list;
}

static wrt_json *write_span(const wrt_phi_span *span) {
    wrt_json *json = wrt_json_new_object();
    wrt_json_set_text(json, "class", names[span->class]);
    wrt_json_set_int(json, "start", (int64_t)span->start);
    wrt_json_set_int(json, "end", (int64_t)span->end);
    return json;
}

wrt_json *wrt_phi_report(wrt_str text) {
    wrt_json *report = wrt_json_new_object(), *found = wrt_json_new_array();
    wrt_phi_span span;
    unsigned classes = 0;
    size_t n = 0;
    for (size_t from = 0; wrt_phi_next(&span, &from, text);) {
        classes |= 1u << span.class;
        if (n++ < WRT_PHI_FOUND_MAX)
            wrt_json_push(found, write_span(&span));
    }
    wrt_json_set(report, "classes", list_classes(classes));
    wrt_json_set(report, "found", found);
    wrt_json_set(report, "screened", list_classes((1u << WRT_PHI_CLASSES) - 1));
    wrt_json_set(report, "not_screened", list_unscreened());
    wrt_json_set_bool(report, "truncated", n > WRT_PHI_FOUND_MAX);
    return report;
}
