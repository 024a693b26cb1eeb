/* curie.c: the families of prefixes.
 *
 * Spellings are those of the Bioregistry (bioregistry.io: preferred prefix and synonyms), of
 * Biolink, of DrugMechDB and of Hetionet's "Kind::identifier". */
#include "kg/names/curie.h"

#include <string.h>

enum { SPELLINGS_MAX = 8, ID_MAX = 512 };

/* Each row is one family: the local part of an id is the same behind every prefix of a row. */
static const char *const families[][SPELLINGS_MAX] = {
    {"mesh:", "msh:", "symptom::"},
    {"drugbank:", "db:", "compound::"},
    {"ncbigene:", "entrez:", "entrezgene:", "geneid:", "egid:", "gene::"},
    {"uniprotkb:", "uniprot:", "up:"},
    {"ncbitaxon:", "taxonomy:", "taxon:", "taxid:"},
    {"doid:", "disease::doid:"},
    {"uberon:", "anatomy::uberon:"},
    {"go:", "biological process::go:", "molecular function::go:", "cellular component::go:"},
    {"umls:", "umls_cui:", "side effect::"},
    {"ndfrt:", "pharmacologic class::"},
    {"hp:", "hpo:"},
    {"omim:", "mim:"},
    {"reactome:", "react:"},
    {"chembl.compound:", "chembl:"},
    {"pubchem.compound:", "pubchem:", "cid:"},
    {"hgnc:", "hgnc.id:"},
    {"mondo:", "mondo_grouped:"},
    {"chebi:"},
    {"cl:"},
};
enum { N_FAMILIES = sizeof families / sizeof families[0] };

void wrt_kg_fold_id(wrt_buf *out, wrt_str id) {
    for (size_t i = 0; i < id.len; i++) {
        char c = id.ptr[i];
        wrt_buf_add_char(out, (char)(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c));
    }
}

static bool is_digits(wrt_str text, size_t low, size_t high) {
    for (size_t i = 0; i < text.len; i++)
        if (text.ptr[i] < '0' || text.ptr[i] > '9')
            return false;
    return text.len >= low && text.len <= high;
}

static wrt_str behind(wrt_str text, size_t n) {
    return (wrt_str){text.ptr + n, text.len - n};
}

/* An accession without prefix whose form says where it is from: a family, or -1. */
static int family_of_accession(wrt_str lower) {
    if (wrt_str_starts_with(lower, WRT_STR("db")) && is_digits(behind(lower, 2), 5, 5))
        return 1;
    if (wrt_str_starts_with(lower, WRT_STR("d")) && is_digits(behind(lower, 1), 6, 9))
        return 0;
    if (wrt_str_starts_with(lower, WRT_STR("chembl")) && is_digits(behind(lower, 6), 1, 9))
        return 13;
    return -1;
}

/* The family whose longest prefix begins the text; *local is what follows it. An underscore stands
 * for the colon of a prefix ("mondo_0005148"), a prefix said twice counts once
 * ("chebi:chebi:6801"). */
static int family_of(wrt_str *local, wrt_str lower) {
    char colon[ID_MAX + 1];
    int found = -1;
    size_t longest = 0;
    if (lower.len > ID_MAX)
        return -1;
    memcpy(colon, lower.ptr, lower.len);
    char *first = memchr(colon, '_', lower.len);
    if (first != NULL && memchr(colon, ':', lower.len) == NULL)
        *first = ':';
    const wrt_str text = {colon, lower.len};
    for (int i = 0; i < N_FAMILIES; i++)
        for (size_t k = 0; k < SPELLINGS_MAX && families[i][k] != NULL; k++) {
            size_t len = strlen(families[i][k]);
            if (len <= longest || !wrt_str_starts_with(text, wrt_str_of(families[i][k])))
                continue;
            longest = len;
            found = i;
        }
    *local = behind(lower, longest);
    if (found < 0)
        return family_of_accession(lower);
    const wrt_str again = wrt_str_of(families[found][0]);
    while (wrt_str_starts_with(*local, again))
        *local = behind(*local, again.len);
    return local->len > 0 ? found : -1;
}

void wrt_kg_id_variants(wrt_buf *out, wrt_str lower) {
    wrt_str local;
    int family = family_of(&local, lower);
    for (size_t k = 0; family >= 0 && k < SPELLINGS_MAX && families[family][k] != NULL; k++) {
        const wrt_str prefix = wrt_str_of(families[family][k]);
        bool same = lower.len == prefix.len + local.len && wrt_str_starts_with(lower, prefix);
        if (same)
            continue;
        wrt_buf_add_str(out, prefix);
        wrt_buf_add_str(out, local);
        wrt_buf_add_char(out, '\n');
    }
}

void wrt_kg_id_canonical(wrt_buf *out, wrt_str lower) {
    wrt_str local;
    int family = family_of(&local, lower);
    if (family >= 0)
        wrt_buf_add_c(out, families[family][0]);
    wrt_buf_add_str(out, family >= 0 ? local : lower);
}
