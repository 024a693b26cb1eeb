/* phi_lookalike.c: characters and words; identifiers that are nobody's. */
#include "policies/phi_forms.h"

#include <string.h>

/* ---- characters */

static char byte_at(wrt_str text, size_t at) {
    return at < text.len ? text.ptr[at] : '\0';
}

bool wrt_phi_is_digit(wrt_str text, size_t at) {
    char c = byte_at(text, at);
    return c >= '0' && c <= '9';
}

bool wrt_phi_is_letter(wrt_str text, size_t at) {
    char c = (char)(byte_at(text, at) | 0x20);
    return c >= 'a' && c <= 'z';
}

bool wrt_phi_is_word(wrt_str text, size_t at) {
    return wrt_phi_is_digit(text, at) || wrt_phi_is_letter(text, at) ||
           (at < text.len && (unsigned char)text.ptr[at] >= 0xC0);
}

bool wrt_phi_is_end(wrt_str text, size_t at) {
    return !wrt_phi_is_word(text, at);
}

size_t wrt_phi_count_digits(wrt_str text, size_t at, size_t max) {
    size_t n = 0;
    while (n < max && wrt_phi_is_digit(text, at + n))
        n++;
    return n;
}

static bool is_space(char c) {
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/* Length of the text that the word (up to `len` bytes of it) covers at `at`, 0 when it does not. */
static size_t cover(wrt_str text, size_t at, const char *word, size_t len) {
    size_t i = at;
    for (size_t j = 0; j < len; j++) {
        char c = byte_at(text, i);
        if (word[j] == '_') {
            if (!is_space(c))
                return 0;
            while (is_space(byte_at(text, i)))
                i++;
            continue;
        }
        if ((c >= 'A' && c <= 'Z' ? c + 32 : c) != word[j])
            return 0;
        i++;
    }
    return i - at;
}

size_t wrt_phi_match_word(wrt_str text, size_t at, const char *words) {
    for (const char *word = words; *word != '\0';) {
        size_t len = strcspn(word, " ");
        size_t covered = cover(text, at, word, len);
        bool is_open = covered > 0 && wrt_phi_is_word(text, at + covered - 1);
        if (covered > 0 && (!is_open || wrt_phi_is_end(text, at + covered)))
            return covered;
        word += len + (word[len] == ' ');
    }
    return 0;
}

static bool has_between(wrt_str text, size_t from, size_t to, const char *words) {
    for (size_t i = from; i < to; i++) {
        bool begins = i == 0 || !wrt_phi_is_word(text, i - 1) || !wrt_phi_is_word(text, i);
        if (begins && wrt_phi_match_word(text, i, words) > 0)
            return true;
    }
    return false;
}

bool wrt_phi_has_before(wrt_str text, size_t at, size_t reach, const char *words) {
    size_t from = at;
    while (from > 0 && at - from < reach &&
           !(text.ptr[from - 1] == '\n' && from > 1 && text.ptr[from - 2] == '\n'))
        from--;
    while (from > 0 && from < at && wrt_phi_is_word(text, from - 1) && wrt_phi_is_word(text, from))
        from++;
    return has_between(text, from, at, words);
}

bool wrt_phi_has_after(wrt_str text, size_t at, size_t reach, const char *words) {
    size_t to = text.len - at > reach ? at + reach : text.len;
    return has_between(text, at, to, words);
}

/* ---- look-alikes */

static size_t skip(wrt_str text, size_t at, const char *set) {
    while (at < text.len && text.ptr[at] != '\0' && strchr(set, text.ptr[at]) != NULL)
        at++;
    return at;
}

/* "PMID: 12345678", "NCT01234567", "rs429358", "ISBN 978-0-00-000000-2": a prefix and its number.
 */
static size_t match_registered(wrt_str text, size_t at) {
    static const char *const spaced =
        "pmid pmids pmc issn isbn rs ss ncbi geo grant eudract isrctn chembl cid sid omim mim "
        "snomed "
        "loinc atc rxcui rxnorm ndc cosmic ec version v release arxiv ref refseq genbank accession "
        "bioproject catalog cat lot figure fig table section build gene hgnc entrez";
    size_t len = 0;
    for (const char *word = spaced; *word != '\0' && len == 0;) {
        size_t n = strcspn(word, " ");
        size_t covered = cover(text, at, word, n);
        if (covered > 0 && !wrt_phi_is_letter(text, at + covered))
            len = covered;
        word += n + (word[n] == ' ');
    }
    if (len == 0)
        return 0;
    size_t from = skip(text, at + len, " :#._");
    from = wrt_phi_match_word(text, from, "no no. id number") > 0
               ? skip(text, from + wrt_phi_match_word(text, from, "no no. id number"), " :#")
               : from;
    size_t end = skip(text, from, "0123456789.-Xx");
    bool is_bounded = end > from && wrt_phi_is_digit(text, from) && wrt_phi_is_end(text, end);
    while (is_bounded && (text.ptr[end - 1] == '.' || text.ptr[end - 1] == '-'))
        end--;
    return is_bounded ? end : 0;
}

static size_t match_nct(wrt_str text, size_t at) {
    size_t len = cover(text, at, "nct", 3);
    return len > 0 && wrt_phi_count_digits(text, at + 3, 9) == 8 ? at + 11 : 0;
}

static bool is_id_byte(wrt_str text, size_t at) {
    return wrt_phi_is_word(text, at) || (at < text.len && strchr("_.-", text.ptr[at]) != NULL &&
                                         text.ptr[at] != '\0' && wrt_phi_is_word(text, at + 1));
}

/* CURIEs of prefixes that are known: "MRN:12345678" is none. */
static size_t match_curie(wrt_str text, size_t at) {
    size_t len = wrt_phi_match_word(
        text, at,
        "go hp mondo doid chebi hgnc ncbigene drugbank uberon cl mesh umls ensembl omim orphanet "
        "orpha icd10 icd10cm icd9 rxnorm atc kegg react reactome pr eco mp efo snomedct loinc cas "
        "pubchem uniprotkb chembl ncbitaxon mim so hsdb unii gtopdb bto cvcl wikidata umls");
    size_t end = at + len + 1;
    if (len == 0 || byte_at(text, at + len) != ':' || !wrt_phi_is_word(text, end))
        return 0;
    while (is_id_byte(text, end))
        end++;
    return end;
}

/* "10.1000/xyz123", after which anything but white space and closing marks belongs to it. */
static size_t match_doi(wrt_str text, size_t at) {
    size_t digits = cover(text, at, "10.", 3) > 0 ? wrt_phi_count_digits(text, at + 3, 9) : 0;
    size_t end = at + 3 + digits;
    if (digits < 4 || byte_at(text, end) != '/')
        return 0;
    while (end < text.len && !is_space(text.ptr[end]) && strchr("\"<>", text.ptr[end]) == NULL)
        end++;
    return end;
}

/* A registry number of chemistry, "50-78-2", when its check digit holds. */
static size_t match_cas(wrt_str text, size_t at) {
    char digits[12];
    size_t n = wrt_phi_count_digits(text, at, 8), len = 0;
    size_t end = at + n + 5;
    if (n < 2 || n > 7 || byte_at(text, at + n) != '-' ||
        wrt_phi_count_digits(text, at + n + 1, 3) != 2 || byte_at(text, at + n + 3) != '-' ||
        wrt_phi_count_digits(text, at + n + 4, 2) != 1 || !wrt_phi_is_end(text, end) ||
        byte_at(text, end) == '-')
        return 0;
    for (size_t i = at; i < end; i++)
        if (text.ptr[i] != '-')
            digits[len++] = text.ptr[i];
    return wrt_phi_cas_holds(digits, len) ? end : 0;
}

/* "chr7:140453136-140453137" */
static size_t match_position(wrt_str text, size_t at) {
    if (cover(text, at, "chr", 3) == 0 || !wrt_phi_is_word(text, at + 3))
        return 0;
    size_t end = at + 3;
    while (is_id_byte(text, end) || (byte_at(text, end) == ':' && wrt_phi_is_word(text, end + 1)) ||
           (byte_at(text, end) == ',' && wrt_phi_is_digit(text, end + 1)))
        end++;
    return end;
}

static bool is_year(wrt_str text, size_t at) {
    return wrt_phi_count_digits(text, at, 5) == 4 &&
           (cover(text, at, "19", 2) > 0 || cover(text, at, "20", 2) > 0);
}

/* "2019 Mar 12;45(3):123-9" and "2019;45:123-130": a volume follows the date. */
static size_t match_citation(wrt_str text, size_t at) {
    size_t end = at + 4;
    if (!is_year(text, at))
        return 0;
    size_t month = skip(text, end, " ");
    if (month > end && wrt_phi_is_letter(text, month)) {
        end = month;
        while (wrt_phi_is_letter(text, end) || byte_at(text, end) == '-')
            end++;
        size_t day = skip(text, end, " ");
        end = day + wrt_phi_count_digits(text, day, 2);
    }
    size_t volume = skip(text, end, " ");
    if (byte_at(text, volume) != ';')
        return 0;
    volume = skip(text, volume, "; ");
    size_t after = volume + wrt_phi_count_digits(text, volume, 5);
    if (after == volume || (byte_at(text, after) != '(' && byte_at(text, after) != ':'))
        return 0;
    return skip(text, after, "0123456789():-eES. ");
}

size_t wrt_phi_lookalike(wrt_str text, size_t at) {
    static size_t (*const matchers[])(wrt_str, size_t) = {
        match_nct, match_doi,      match_curie,   match_registered,
        match_cas, match_position, match_citation};
    for (size_t i = 0; i < sizeof matchers / sizeof *matchers; i++) {
        size_t end = matchers[i](text, at);
        if (end > at)
            return end;
    }
    return 0;
}
