/* signal.c: tables of words. */
#include "pubmed/signal.h"

#include "pubmed/article.h"

typedef struct {
    const char *word, *other; /* either of them */
    unsigned signal;
} entry;

static const entry types[] = {
    {"D016441", "Retracted Publication", WRT_PUBMED_RETRACTED_BY_TYPE},
    {"D016440", "Retraction of Publication", WRT_PUBMED_NOTICE_OF_RETRACTION},
    {"D016425", "Published Erratum", WRT_PUBMED_NOTICE_OF_ERRATUM},
    {"Expression of Concern", "Expression of Concern", WRT_PUBMED_NOTICE_OF_CONCERN},
};

static const entry links[] = {
    {"RetractionIn", "RetractedandRepublishedIn", WRT_PUBMED_RETRACTED_BY_LINK},
    {"RetractionOf", "PartialRetractionOf", WRT_PUBMED_NOTICE_OF_RETRACTION},
    {"ExpressionOfConcernFor", "ExpressionOfConcernFor", WRT_PUBMED_NOTICE_OF_CONCERN},
    {"ExpressionOfConcernIn", "PartialRetractionIn", WRT_PUBMED_HAS_CONCERN},
    {"ErratumFor", "ErratumFor", WRT_PUBMED_NOTICE_OF_ERRATUM},
    {"ErratumIn", "ErratumIn", WRT_PUBMED_HAS_ERRATUM},
    {"CorrectedandRepublishedIn", "UpdateIn", WRT_PUBMED_HAS_NEW_FORM},
};

/* In lower case; the title must begin with one, after an opening bracket if any. */
static const entry titles[] = {
    {"retracted:", "retracted article", WRT_PUBMED_TITLE_SAYS_RETRACTED},
    {"retracted]", "retracted paper", WRT_PUBMED_TITLE_SAYS_RETRACTED},
    {"withdrawn:", "withdrawn]", WRT_PUBMED_TITLE_SAYS_RETRACTED},
    {"retraction:", "retraction note", WRT_PUBMED_TITLE_SAYS_NOTICE},
    {"retraction notice", "retraction statement", WRT_PUBMED_TITLE_SAYS_NOTICE},
    {"notice of retraction", "statement of retraction", WRT_PUBMED_TITLE_SAYS_NOTICE},
    {"retraction to:", "retraction of:", WRT_PUBMED_TITLE_SAYS_NOTICE},
    {"expression of concern", "editorial expression of concern", WRT_PUBMED_TITLE_SAYS_NOTICE},
    {"erratum", "corrigendum", WRT_PUBMED_TITLE_SAYS_NOTICE},
    {"correction to:", "correction:", WRT_PUBMED_TITLE_SAYS_NOTICE},
};

static unsigned find(const entry *entries, size_t n, wrt_str word) {
    for (size_t i = 0; i < n; i++)
        if (wrt_str_equal_c(word, entries[i].word) || wrt_str_equal_c(word, entries[i].other))
            return entries[i].signal;
    return 0;
}

unsigned wrt_pubmed_signal_of_type(wrt_str ui, wrt_str name) {
    enum { N = sizeof types / sizeof *types };
    return find(types, N, ui) | find(types, N, name);
}

unsigned wrt_pubmed_signal_of_link(wrt_str ref_type) {
    return find(links, sizeof links / sizeof *links, ref_type);
}

unsigned wrt_pubmed_signal_of_history(wrt_str pub_status) {
    return wrt_str_equal_c(pub_status, "retracted") ? WRT_PUBMED_RETRACTED_BY_HISTORY : 0;
}

static bool begins(wrt_str title, const char *lower) {
    for (size_t i = 0; lower[i] != '\0'; i++) {
        if (i >= title.len)
            return false;
        char byte = title.ptr[i];
        if ((byte >= 'A' && byte <= 'Z' ? byte | 0x20 : byte) != lower[i])
            return false;
    }
    return true;
}

unsigned wrt_pubmed_signal_of_title(wrt_str title) {
    if (title.len > 0 && title.ptr[0] == '[')
        title.ptr++, title.len--;
    for (size_t i = 0; i < sizeof titles / sizeof *titles; i++)
        if (begins(title, titles[i].word) || begins(title, titles[i].other))
            return titles[i].signal;
    return 0;
}
