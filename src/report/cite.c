/* cite.c: the publications that the claims of a run rest on.
 *
 * What evidence cites is a list of identifiers. Where a call of pubmed_fetch in the same run read
 * the record of one, the citation is made of that record; of all others the run knows nothing but
 * the identifier, and that is what the citation holds. */
#include "report/export.h"

#include "base/arena.h"
#include "report/cite_forms.h"
#include "report/run_view.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { CITED_MAX = 10000, ID_MAX_BYTES = 512, RESULT_MAX_MIB = 64 };

typedef enum { BY_PMID, BY_PMC, BY_DOI, BY_URL, BY_OTHER } id_kind;

typedef struct {
    id_kind kind;
    char text[ID_MAX_BYTES]; /* without its prefix */
} cited_id;

typedef struct {
    cited_id *item;
    size_t n;
    wrt_json *records;  /* array of records that the run read, of every fetch */
    wrt_json *standing; /* PMID -> "retracted", "concern", ... */
} citations;

/* ---- identifiers */

static bool is_digits(const char *text) {
    return text[0] != '\0' && strspn(text, "0123456789") == strlen(text) && strlen(text) <= 10;
}

/* Reads "PMID:1", "PMC:PMC1", "DOI:10.1/x", "https://..."; false for what is too long to be one. */
static bool read_id(cited_id *out, const char *text) {
    static const struct {
        const char *prefix;
        id_kind kind;
    } prefixes[] = {{"PMID:", BY_PMID}, {"PMC:", BY_PMC},     {"PMCID:", BY_PMC}, {"DOI:", BY_DOI},
                    {"doi:", BY_DOI},   {"https://", BY_URL}, {"http://", BY_URL}};
    *out = (cited_id){.kind = BY_OTHER};
    if (strlen(text) >= ID_MAX_BYTES)
        return false;
    const char *rest = text;
    for (size_t i = 0; i < sizeof prefixes / sizeof *prefixes; i++) {
        if (strncmp(text, prefixes[i].prefix, strlen(prefixes[i].prefix)) != 0)
            continue;
        out->kind = prefixes[i].kind;
        rest = out->kind == BY_URL ? text : text + strlen(prefixes[i].prefix);
        break;
    }
    if (out->kind == BY_PMID && !is_digits(rest)) {
        out->kind = BY_OTHER;
        rest = text;
    }
    snprintf(out->text, sizeof out->text, "%s", rest);
    return out->text[0] != '\0';
}

/* By kind; PMIDs by number, others by their bytes. */
static int compare_ids(const void *a, const void *b) {
    const cited_id *x = a, *y = b;
    if (x->kind != y->kind)
        return x->kind < y->kind ? -1 : 1;
    if (x->kind == BY_PMID && strlen(x->text) != strlen(y->text))
        return strlen(x->text) < strlen(y->text) ? -1 : 1;
    return strcmp(x->text, y->text);
}

static void cite(citations *c, const char *text) {
    if (text != NULL && c->n < CITED_MAX && read_id(&c->item[c->n], text))
        c->n++;
}

static void cite_pmid(citations *c, const wrt_json *value) {
    char text[40];
    if (wrt_json_is(value, WRT_JSON_NUMBER))
        snprintf(text, sizeof text, "PMID:%lld", (long long)wrt_json_number(value, 0));
    else
        snprintf(text, sizeof text, "PMID:%.20s",
                 wrt_json_text(value) != NULL ? wrt_json_text(value) : "");
    if (value != NULL && is_digits(text + 5))
        cite(c, text);
}

static void sort_and_merge(citations *c) {
    size_t kept = 0;
    qsort(c->item, c->n, sizeof *c->item, compare_ids);
    for (size_t i = 0; i < c->n; i++)
        if (kept == 0 || compare_ids(&c->item[i], &c->item[kept - 1]) != 0)
            c->item[kept++] = c->item[i];
    c->n = kept;
}

static void collect_ids(citations *c, const wrt_json *evidence) {
    WRT_JSON_EACH(item, evidence) {
        const wrt_json *source = wrt_json_get(item, "source");
        WRT_JSON_EACH(id, wrt_json_get(source, "publications"))
        cite(c, wrt_json_text(id));
        cite_pmid(c, wrt_json_get(source, "pmid"));
        cite_pmid(c, wrt_json_path(item, "locator.pmid"));
        WRT_JSON_EACH(paper, wrt_json_get(item, "withdrawn")) {
            const char *pmid = wrt_json_get_text(paper, "pmid", NULL);
            if (pmid != NULL && is_digits(pmid))
                wrt_json_set_text(c->standing, pmid,
                                  wrt_json_get_text(paper, "status", "withdrawn"));
        }
    }
    sort_and_merge(c);
}

/* ---- records that the run read */

static void add_records(citations *c, const wrt_json *result) {
    const wrt_json *data = wrt_json_get(result, "data");
    WRT_JSON_EACH(record, data)
    if (wrt_json_get(record, "pmid") != NULL && wrt_json_get(record, "title") != NULL)
        wrt_json_push(c->records, wrt_json_copy(record));
}

static wrt_status read_result(citations *c, const wrt_report_run *run, const wrt_json *body,
                              wrt_err *err) {
    const char *hex = wrt_json_get_text(wrt_json_get(body, "blob"), "sha256", NULL);
    wrt_json *parsed = NULL;
    wrt_status status = WRT_OK;
    add_records(c, wrt_json_get(body, "result"));
    if (hex == NULL || run->get_blob == NULL)
        return WRT_OK;
    wrt_buf text = wrt_buf_make(WRT_MIB(RESULT_MAX_MIB));
    status = run->get_blob(&text, hex, run->ctx, err);
    if (status == WRT_OK && wrt_json_parse(&parsed, wrt_buf_str(&text), NULL) == WRT_OK)
        add_records(c, parsed);
    wrt_json_free(parsed);
    wrt_buf_free(&text);
    return status;
}

static wrt_status collect_records(citations *c, const wrt_report_run *run, wrt_err *err) {
    wrt_status status = WRT_OK;
    WRT_JSON_EACH(event, run->events) {
        const wrt_json *body = wrt_json_get(event, "body");
        if (strcmp(wrt_json_get_text(event, "type", ""), "tool.result") == 0 &&
            strcmp(wrt_json_get_text(body, "tool", ""), "pubmed_fetch") == 0 && status == WRT_OK)
            status = read_result(c, run, body, err);
    }
    return status;
}

static bool is_record_of(const wrt_json *record, const char *pmid) {
    char text[24];
    const wrt_json *value = wrt_json_get(record, "pmid");
    snprintf(text, sizeof text, "%lld", (long long)wrt_json_number(value, -1));
    return strcmp(wrt_json_text(value) != NULL ? wrt_json_text(value) : text, pmid) == 0;
}

/* The last record read of a paper. */
static const wrt_json *record_of(const citations *c, const cited_id *id) {
    const wrt_json *found = NULL;
    WRT_JSON_EACH(record, c->records)
    if (id->kind == BY_PMID && is_record_of(record, id->text))
        found = record;
    return found;
}

/* ---- items of CSL-JSON */

static void set_if(wrt_json *item, const char *key, const char *value) {
    if (value != NULL && value[0] != '\0')
        wrt_json_set_text(item, key, value);
}

static void set_address(wrt_json *item, const cited_id *id) {
    static const struct {
        const char *key, *address;
    } kinds[] = {[BY_PMID] = {"PMID", "https://pubmed.ncbi.nlm.nih.gov/%s/"},
                 [BY_PMC] = {"PMCID", "https://pmc.ncbi.nlm.nih.gov/articles/%s/"},
                 [BY_DOI] = {"DOI", "https://doi.org/%s"},
                 [BY_URL] = {NULL, "%s"},
                 [BY_OTHER] = {NULL, NULL}};
    wrt_buf url = wrt_buf_make(WRT_KIB(2));
    const char *address = kinds[id->kind].address, *hole = NULL;
    if (kinds[id->kind].key != NULL)
        wrt_json_set_text(item, kinds[id->kind].key, id->text);
    if (address != NULL) {
        hole = strstr(address, "%s");
        wrt_buf_add(&url, address, (size_t)(hole - address));
        wrt_buf_printf(&url, "%s%s", id->text, hole + 2);
        wrt_json_set(item, "URL", wrt_json_new_text(wrt_buf_str(&url)));
    }
    wrt_buf_free(&url);
}

/* A key of the alphabet that BibTeX takes: "pmid1", "doi-10.1_x". */
static void set_key(wrt_json *item, const cited_id *id, size_t index) {
    static const char *const names[] = {"pmid", "pmc-", "doi-", "url", "id"};
    static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-";
    char key[80];
    size_t at = (size_t)snprintf(key, sizeof key, "%s", names[id->kind]);
    if (id->kind == BY_URL || id->kind == BY_OTHER)
        snprintf(key + at, sizeof key - at, "%zu", index + 1);
    else
        for (const char *from = id->text; at < sizeof key - 1; from++) {
            key[at] = *from == '\0' || strchr(plain, *from) != NULL ? *from : '_';
            if (*from == '\0')
                break;
            at++;
        }
    key[sizeof key - 1] = '\0';
    wrt_json_set_text(item, "id", key);
}

static void set_authors(wrt_json *item, const wrt_json *authors) {
    wrt_json *names = wrt_json_new_array();
    WRT_JSON_EACH(author, authors) {
        wrt_json *name = wrt_json_new_object();
        const char *last = wrt_json_get_text(author, "last", "");
        if (last[0] != '\0') {
            wrt_json_set_text(name, "family", last);
            set_if(name, "given", wrt_json_get_text(author, "fore", NULL));
        } else {
            wrt_json_set_text(name, "literal", wrt_json_get_text(author, "name", "?"));
        }
        wrt_json_push(names, name);
    }
    if (wrt_json_count(names) > 0)
        wrt_json_set(item, "author", names);
    else
        wrt_json_free(names);
}

/* The year, and the month and the day as far as the record is precise. */
static void set_date(wrt_json *item, const wrt_json *record) {
    const wrt_json *date = wrt_json_get(record, "pubdate");
    const char *start = wrt_json_get_text(date, "start", "");
    const char *precision = wrt_json_get_text(date, "precision", "");
    int64_t part = 0, year = wrt_json_get_int(record, "year", 0);
    size_t n = strcmp(precision, "day") == 0 ? 2 : strcmp(precision, "month") == 0 ? 1 : 0;
    if (year <= 0)
        return;
    wrt_json *issued = wrt_json_new_object(), *points = wrt_json_new_array();
    wrt_json *parts = wrt_json_new_array();
    wrt_json_push(parts, wrt_json_new_int(year));
    for (size_t i = 0; i < n && strlen(start) >= 7 + 3 * i; i++)
        if (wrt_str_to_int64(&part, (wrt_str){start + 5 + 3 * i, 2}))
            wrt_json_push(parts, wrt_json_new_int(part));
    wrt_json_push(points, parts);
    wrt_json_set(issued, "date-parts", points);
    wrt_json_set(item, "issued", issued);
}

static const char *standing_of(const citations *c, const cited_id *id, const wrt_json *record) {
    const char *stated =
        id->kind == BY_PMID ? wrt_json_get_text(c->standing, id->text, NULL) : NULL;
    const char *status = wrt_json_get_text(record, "status", "ok");
    if (stated != NULL)
        return stated;
    return strcmp(status, "ok") != 0 && strcmp(status, "corrected") != 0 ? status : NULL;
}

static void set_note(wrt_json *item, const wrt_json *record, const char *standing) {
    wrt_buf note = wrt_buf_make(WRT_KIB(4));
    if (standing != NULL)
        wrt_buf_printf(&note, "%s according to PubMed when the run was made. ", standing);
    if (record == NULL)
        wrt_buf_add_c(&note, "Only the identifier is known: the run did not read the record.");
    wrt_str text = wrt_str_trim(wrt_buf_str(&note));
    if (text.len > 0)
        wrt_json_set(item, "note", wrt_json_new_text(text));
    wrt_buf_free(&note);
}

static void set_title(wrt_json *item, const wrt_json *record, const char *standing) {
    const char *title = wrt_json_get_text(record, "title", "");
    char mark[24] = "";
    if (title[0] == '\0')
        return;
    if (standing != NULL)
        for (size_t i = 0; i < sizeof mark - 1 && standing[i] != '\0'; i++) {
            mark[i] = standing[i];
            if (mark[i] >= 'a' && mark[i] <= 'z')
                mark[i] = (char)(mark[i] - 'a' + 'A');
        }
    wrt_buf text = wrt_buf_make(WRT_MIB(1));
    wrt_buf_printf(&text, "%s%s", mark, standing != NULL ? ": " : "");
    wrt_buf_add_c(&text, title);
    wrt_json_set(item, "title", wrt_json_new_text(wrt_buf_str(&text)));
    wrt_buf_free(&text);
}

static void set_record(wrt_json *item, const wrt_json *record) {
    set_authors(item, wrt_json_get(record, "authors"));
    set_if(item, "container-title", wrt_json_get_text(record, "journal", NULL));
    set_if(item, "container-title", wrt_json_get_text(record, "book_title", NULL));
    set_if(item, "publisher", wrt_json_get_text(record, "publisher", NULL));
    set_if(item, "container-title-short", wrt_json_get_text(record, "iso_abbrev", NULL));
    set_if(item, "ISSN", wrt_json_get_text(record, "issn", NULL));
    set_date(item, record);
    set_if(item, "volume", wrt_json_get_text(record, "volume", NULL));
    set_if(item, "issue", wrt_json_get_text(record, "issue", NULL));
    set_if(item, "page", wrt_json_get_text(record, "pages", NULL));
    set_if(item, "DOI", wrt_json_get_text(record, "doi", NULL));
    set_if(item, "PMCID", wrt_json_get_text(record, "pmcid", NULL));
}

static wrt_json *item_of(const citations *c, size_t index) {
    const cited_id *id = &c->item[index];
    const wrt_json *record = record_of(c, id);
    const char *standing = standing_of(c, id, record);
    wrt_json *item = wrt_json_new_object();
    set_key(item, id, index);
    wrt_json_set_text(item, "type",
                      record == NULL                                ? "document"
                      : wrt_json_get_bool(record, "is_book", false) ? "chapter"
                                                                    : "article-journal");
    set_title(item, record, standing);
    if (record != NULL)
        set_record(item, record);
    set_address(item, id);
    if (id->kind == BY_OTHER)
        wrt_json_set_text(item, "archive_location", id->text);
    set_note(item, record, standing);
    return item;
}

/* ---- writing */

static void write_items(wrt_buf *out, const citations *c, wrt_cite_style style) {
    wrt_json *list = wrt_json_new_array();
    for (size_t i = 0; i < c->n; i++) {
        wrt_json *item = item_of(c, i);
        if (style == WRT_CITE_RIS)
            wrt_cite_as_ris(out, item);
        else if (style == WRT_CITE_BIBTEX)
            wrt_cite_as_bibtex(out, item);
        wrt_json_push(list, item);
    }
    if (style == WRT_CITE_CSL) {
        wrt_json_write_pretty(out, list);
        wrt_buf_add_char(out, '\n');
    }
    wrt_json_free(list);
}

wrt_status wrt_report_cite(wrt_buf *out, size_t *n, const wrt_report_run *run, wrt_cite_style style,
                           wrt_err *err) {
    wrt_run_view view;
    wrt_status status = wrt_run_view_make(&view, run->events, err);
    if (status != WRT_OK)
        return status;
    citations c = {.item = wrt_calloc(CITED_MAX, sizeof *c.item),
                   .records = wrt_json_new_array(),
                   .standing = wrt_json_new_object()};
    collect_ids(&c, wrt_json_get(view.answer, "evidence"));
    status = collect_records(&c, run, err);
    if (status == WRT_OK && c.n == CITED_MAX)
        status = wrt_fail(err, WRT_E_LIMIT, "more than %d publications are cited", CITED_MAX - 1);
    if (status == WRT_OK)
        write_items(out, &c, style);
    if (status == WRT_OK && out->overflow)
        status = wrt_fail(err, WRT_E_LIMIT, "the citations are larger than the buffer");
    if (n != NULL)
        *n = c.n;
    free(c.item);
    wrt_json_free(c.records);
    wrt_json_free(c.standing);
    return status;
}
