/* pack.c: one walk over the fields of an article, which writes or reads. Because both directions
 * are the same code they cannot disagree about the order. */
#include "pubmed/pack.h"

#include <string.h>

typedef struct {
    wrt_buf *out;   /* writing, or NULL */
    const char *at; /* reading */
    const char *end;
    wrt_arena *arena;
    bool failed;
} codec;

static void put_number(codec *c, uint64_t value) {
    while (value >= 0x80) {
        wrt_buf_add_char(c->out, (char)(unsigned char)(0x80 | (value & 0x7F)));
        value >>= 7;
    }
    wrt_buf_add_char(c->out, (char)(unsigned char)value);
}

static uint64_t take_number(codec *c) {
    uint64_t value = 0;
    for (unsigned shift = 0; shift < 64 && c->at < c->end; shift += 7) {
        unsigned char byte = (unsigned char)*c->at++;
        value |= (uint64_t)(byte & 0x7F) << shift;
        if (byte < 0x80)
            return value;
    }
    c->failed = true;
    return 0;
}

/* Signed numbers in zigzag form: small magnitudes stay short. */
static void number(codec *c, int64_t *value) {
    if (c->out != NULL) {
        put_number(c, (uint64_t)*value << 1 ^ (*value < 0 ? UINT64_MAX : 0));
        return;
    }
    uint64_t coded = take_number(c);
    *value = (int64_t)(coded >> 1 ^ (coded & 1 ? UINT64_MAX : 0));
}

static void small(codec *c, int *value) {
    int64_t wide = *value;
    number(c, &wide);
    if (wide < INT32_MIN || wide > INT32_MAX)
        c->failed = true;
    else
        *value = (int)wide;
}

static void text(codec *c, wrt_str *value) {
    if (c->out != NULL) {
        put_number(c, value->len);
        wrt_buf_add_str(c->out, *value);
        return;
    }
    uint64_t len = take_number(c);
    if (len > (uint64_t)(c->end - c->at)) {
        c->failed = true;
        len = 0;
    }
    *value = (wrt_str){c->at, (size_t)len};
    c->at += len;
    if (!wrt_utf8_valid(*value) || memchr(value->ptr, '\0', value->len) != NULL)
        c->failed = true;
}

static void flags(codec *c, bool *a, bool *b) {
    int both = (*a ? 1 : 0) | (*b ? 2 : 0);
    small(c, &both);
    if (both < 0 || both > 3)
        c->failed = true;
    if (c->out == NULL) {
        *a = both & 1;
        *b = both & 2;
    }
}

/* The n items of a list: those of the article when writing, fresh ones when reading. Of 16 bytes in
 * memory at least one is stored, which bounds what a wrong length can allocate. */
static void *list(codec *c, const void *items, size_t *n, size_t size) {
    if (c->out != NULL) { /* only read through, but by the code that fills */
        const union {
            const void *in;
            void *out;
        } same = {items};
        put_number(c, *n);
        return same.out;
    }
    uint64_t count = take_number(c);
    if (count > (uint64_t)(c->end - c->at) / (size > 16 ? size / 16 : 1)) {
        c->failed = true;
        count = 0;
    }
    *n = (size_t)count;
    return wrt_arena_calloc(c->arena, *n, size);
}

static void texts(codec *c, const wrt_str **items, size_t *n) {
    wrt_str *all = list(c, *items, n, sizeof *all);
    if (c->out == NULL)
        *items = all;
    for (size_t i = 0; i < *n && !c->failed; i++)
        text(c, &all[i]);
}

static void term(codec *c, wrt_pubmed_term *value) {
    bool unused = false;
    text(c, &value->ui);
    text(c, &value->name);
    flags(c, &value->is_major, &unused);
}

static void terms(codec *c, const wrt_pubmed_term **items, size_t *n) {
    wrt_pubmed_term *all = list(c, *items, n, sizeof *all);
    if (c->out == NULL)
        *items = all;
    for (size_t i = 0; i < *n && !c->failed; i++)
        term(c, &all[i]);
}

static void sections(codec *c, const wrt_pubmed_section **items, size_t *n) {
    wrt_pubmed_section *all = list(c, *items, n, sizeof *all);
    if (c->out == NULL)
        *items = all;
    for (size_t i = 0; i < *n && !c->failed; i++) {
        text(c, &all[i].label);
        text(c, &all[i].category);
        text(c, &all[i].text);
    }
}

static void headings(codec *c, wrt_pubmed_article *a) {
    wrt_pubmed_heading *all = list(c, a->mesh, &a->n_mesh, sizeof *all);
    a->mesh = all;
    for (size_t i = 0; i < a->n_mesh && !c->failed; i++) {
        term(c, &all[i].descriptor);
        terms(c, &all[i].qualifiers, &all[i].n_qualifiers);
    }
}

static void authors(codec *c, const wrt_pubmed_author **items, size_t *n) {
    wrt_pubmed_author *all = list(c, *items, n, sizeof *all);
    if (c->out == NULL)
        *items = all;
    for (size_t i = 0; i < *n && !c->failed; i++) {
        text(c, &all[i].name);
        text(c, &all[i].last);
        text(c, &all[i].fore);
        text(c, &all[i].initials);
        text(c, &all[i].suffix);
        text(c, &all[i].orcid);
        texts(c, &all[i].affiliations, &all[i].n_affiliations);
        flags(c, &all[i].is_collective, &all[i].is_equal_contributor);
    }
}

static void other_abstracts(codec *c, wrt_pubmed_article *a) {
    wrt_pubmed_other_abstract *all =
        list(c, a->other_abstracts, &a->n_other_abstracts, sizeof *all);
    a->other_abstracts = all;
    for (size_t i = 0; i < a->n_other_abstracts && !c->failed; i++) {
        text(c, &all[i].type);
        text(c, &all[i].language);
        sections(c, &all[i].sections, &all[i].n_sections);
    }
}

static void chemicals(codec *c, wrt_pubmed_article *a) {
    wrt_pubmed_chemical *all = list(c, a->chemicals, &a->n_chemicals, sizeof *all);
    a->chemicals = all;
    for (size_t i = 0; i < a->n_chemicals && !c->failed; i++) {
        text(c, &all[i].registry);
        text(c, &all[i].ui);
        text(c, &all[i].name);
    }
}

static void databanks(codec *c, wrt_pubmed_article *a) {
    wrt_pubmed_databank *all = list(c, a->databanks, &a->n_databanks, sizeof *all);
    a->databanks = all;
    for (size_t i = 0; i < a->n_databanks && !c->failed; i++) {
        text(c, &all[i].name);
        texts(c, &all[i].ids, &all[i].n_ids);
    }
}

static void grants(codec *c, wrt_pubmed_article *a) {
    wrt_pubmed_grant *all = list(c, a->grants, &a->n_grants, sizeof *all);
    a->grants = all;
    for (size_t i = 0; i < a->n_grants && !c->failed; i++) {
        text(c, &all[i].number);
        text(c, &all[i].acronym);
        text(c, &all[i].agency);
        text(c, &all[i].country);
    }
}

static void corrections(codec *c, wrt_pubmed_article *a) {
    wrt_pubmed_correction *all = list(c, a->corrections, &a->n_corrections, sizeof *all);
    a->corrections = all;
    for (size_t i = 0; i < a->n_corrections && !c->failed; i++) {
        text(c, &all[i].type);
        text(c, &all[i].source);
        number(c, &all[i].pmid);
    }
}

/* PMIDs as differences: a list of references in order of age takes two bytes each. */
static void pmids(codec *c, const int64_t **items, size_t *n) {
    int64_t *all = list(c, *items, n, sizeof *all), last = 0;
    if (c->out == NULL)
        *items = all;
    for (size_t i = 0; i < *n && !c->failed; i++) {
        int64_t step = c->out != NULL ? (int64_t)((uint64_t)all[i] - (uint64_t)last) : 0;
        number(c, &step);
        last = (int64_t)((uint64_t)last + (uint64_t)step);
        if (c->out == NULL)
            all[i] = last;
    }
}

static void date(codec *c, wrt_pubmed_date *value) {
    text(c, &value->raw);
    text(c, &value->start);
    text(c, &value->end);
}

static void head(codec *c, wrt_pubmed_article *a) {
    int status = (int)a->status, version = WRT_PUBMED_PACK_VERSION;
    int64_t signals = a->signals;
    small(c, &version);
    number(c, &a->pmid);
    small(c, &a->version);
    small(c, &a->year);
    small(c, &status);
    number(c, &signals);
    if (version != WRT_PUBMED_PACK_VERSION || status < 0 || status > (int)WRT_PUBMED_DELETED ||
        signals < 0 || signals > UINT16_MAX)
        c->failed = true;
    else
        a->status = (wrt_pubmed_status)status;
    a->signals = c->failed ? 0 : (unsigned)signals;
    flags(c, &a->is_book, &a->is_author_list_complete);
    text(c, &a->title);
    sections(c, &a->abstract, &a->n_abstract);
    headings(c, a);
    terms(c, &a->types, &a->n_types);
    texts(c, &a->keywords, &a->n_keywords);
    text(c, &a->journal);
}

static void tail(codec *c, wrt_pubmed_article *a) {
    enum { PLAIN = 26 };
    wrt_str *const plain[PLAIN] = {
        &a->vernacular_title,
        &a->iso_abbrev,
        &a->medline_ta,
        &a->nlm_id,
        &a->issn,
        &a->issn_linking,
        &a->country,
        &a->volume,
        &a->issue,
        &a->pages,
        &a->date_completed,
        &a->date_revised,
        &a->doi,
        &a->pii,
        &a->pmcid,
        &a->book_title,
        &a->book_accession,
        &a->publisher,
        &a->publisher_place,
        &a->isbn,
        &a->coi,
        &a->copyright,
        &a->record_status,
        &a->owner,
        &a->indexing_method,
        &a->publication_status,
    };
    for (size_t i = 0; i < PLAIN; i++)
        text(c, plain[i]);
    other_abstracts(c, a);
    authors(c, &a->authors, &a->n_authors);
    authors(c, &a->editors, &a->n_editors);
    date(c, &a->pubdate);
    date(c, &a->electronic_date);
    date(c, &a->contribution_date);
    terms(c, &a->supplementary, &a->n_supplementary);
    chemicals(c, a);
    databanks(c, a);
    texts(c, &a->nct_ids, &a->n_nct_ids);
    texts(c, &a->nct_mentioned, &a->n_nct_mentioned);
    grants(c, a);
    corrections(c, a);
    pmids(c, &a->references, &a->n_references);
    pmids(c, &a->cites, &a->n_cites);
    texts(c, &a->languages, &a->n_languages);
}

void wrt_pubmed_pack(wrt_buf *out, const wrt_pubmed_article *article) {
    codec c = {.out = out};
    wrt_pubmed_article copy = *article; /* lists are read through it, never written */
    head(&c, &copy);
    tail(&c, &copy);
}

static wrt_status unpack(wrt_pubmed_article *out, wrt_arena *arena, wrt_str bytes, bool whole,
                         wrt_err *err) {
    codec c = {.at = bytes.ptr, .end = bytes.ptr + bytes.len, .arena = arena};
    *out = (wrt_pubmed_article){0};
    head(&c, out);
    if (whole && !c.failed)
        tail(&c, out);
    if (c.failed || (whole && c.at != c.end)) {
        *out = (wrt_pubmed_article){0};
        return wrt_fail(err, WRT_E_INPUT, "a stored article is damaged");
    }
    return WRT_OK;
}

wrt_status wrt_pubmed_unpack(wrt_pubmed_article *out, wrt_arena *arena, wrt_str bytes,
                             wrt_err *err) {
    return unpack(out, arena, bytes, true, err);
}

wrt_status wrt_pubmed_unpack_head(wrt_pubmed_article *out, wrt_arena *arena, wrt_str bytes,
                                  wrt_err *err) {
    return unpack(out, arena, bytes, false, err);
}
