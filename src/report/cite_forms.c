/* cite_forms.c: RIS and BibTeX of a CSL-JSON item.
 *
 * RIS is lines of a tag, two blanks, a hyphen, a blank and a value; it has no escape, so a value is
 * kept on one line. BibTeX counts braces whether or not a backslash stands before them, so braces
 * of a text become commands; the verbatim fields (doi, url) are percent-encoded instead. */
#include "report/cite_forms.h"

#include <stdio.h>
#include <string.h>

/* ---- what both need */

/* Control characters become blanks. */
static void add_plain(wrt_buf *out, const char *text) {
    for (; *text != '\0'; text++) {
        unsigned char byte = (unsigned char)*text;
        wrt_buf_add_char(out, byte < ' ' || byte == 0x7F ? ' ' : *text);
    }
}

static const wrt_json *date_parts(const wrt_json *item) {
    return wrt_json_first(wrt_json_path(item, "issued.date-parts"));
}

static int64_t date_part(const wrt_json *item, size_t index) {
    return (int64_t)wrt_json_number(wrt_json_at(date_parts(item), index), 0);
}

/* What RIS and BibTeX call a type of CSL. */
static const char *type_of(const wrt_json *item, bool in_bibtex) {
    const char *type = wrt_json_get_text(item, "type", "");
    if (strcmp(type, "article-journal") == 0)
        return in_bibtex ? "article" : "JOUR";
    if (strcmp(type, "chapter") == 0)
        return in_bibtex ? "incollection" : "CHAP";
    return in_bibtex ? "misc" : "GEN";
}

/* ---- RIS */

static void add_line(wrt_buf *out, const char *tag, const char *value) {
    if (value == NULL || value[0] == '\0')
        return;
    wrt_buf_printf(out, "%s  - ", tag);
    add_plain(out, value);
    wrt_buf_add_c(out, "\r\n");
}

static void add_ris_names(wrt_buf *out, const wrt_json *names) {
    WRT_JSON_EACH(name, names) {
        const char *given = wrt_json_get_text(name, "given", "");
        wrt_buf line = wrt_buf_make(WRT_KIB(4));
        wrt_buf_add_c(&line, wrt_json_get_text(name, "literal", ""));
        wrt_buf_add_c(&line, wrt_json_get_text(name, "family", ""));
        if (given[0] != '\0')
            wrt_buf_printf(&line, ", %s", given);
        add_line(out, "AU", wrt_buf_str(&line).ptr);
        wrt_buf_free(&line);
    }
}

static void add_ris_date(wrt_buf *out, const wrt_json *item) {
    long long year = date_part(item, 0), month = date_part(item, 1), day = date_part(item, 2);
    if (year <= 0)
        return;
    wrt_buf_printf(out, "PY  - %04lld\r\nDA  - %04lld/", year, year);
    if (month > 0)
        wrt_buf_printf(out, "%02lld", month);
    wrt_buf_add_char(out, '/');
    if (day > 0)
        wrt_buf_printf(out, "%02lld", day);
    wrt_buf_add_c(out, "/\r\n");
}

/* "1173-9" is 1173 and 1179: what the last page leaves out is that of the first. */
static void add_ris_pages(wrt_buf *out, const char *pages) {
    char first[32] = "", last[64] = "";
    const char *hyphen = strchr(pages, '-');
    size_t n = hyphen != NULL ? (size_t)(hyphen - pages) : strlen(pages);
    if (n >= sizeof first || (hyphen != NULL && strchr(hyphen + 1, '-') != NULL)) {
        add_line(out, "SP", pages);
        return;
    }
    memcpy(first, pages, n);
    first[n] = '\0';
    if (hyphen != NULL) {
        size_t m = strlen(hyphen + 1), kept = m < n ? n - m : 0;
        snprintf(last, sizeof last, "%.*s%.31s", (int)kept, first, hyphen + 1);
    }
    add_line(out, "SP", first);
    add_line(out, "EP", last);
}

void wrt_cite_as_ris(wrt_buf *out, const wrt_json *item) {
    wrt_buf_printf(out, "TY  - %s\r\n", type_of(item, false));
    add_line(out, "TI", wrt_json_get_text(item, "title", NULL));
    add_line(out, "N1", wrt_json_get_text(item, "note", NULL));
    add_ris_names(out, wrt_json_get(item, "author"));
    add_line(out, "T2", wrt_json_get_text(item, "container-title", NULL));
    add_line(out, "PB", wrt_json_get_text(item, "publisher", NULL));
    add_line(out, "JO", wrt_json_get_text(item, "container-title-short", NULL));
    add_line(out, "SN", wrt_json_get_text(item, "ISSN", NULL));
    add_ris_date(out, item);
    add_line(out, "VL", wrt_json_get_text(item, "volume", NULL));
    add_line(out, "IS", wrt_json_get_text(item, "issue", NULL));
    add_ris_pages(out, wrt_json_get_text(item, "page", ""));
    add_line(out, "DO", wrt_json_get_text(item, "DOI", NULL));
    if (wrt_json_get_text(item, "PMID", NULL) != NULL)
        add_line(out, "DB", "PubMed");
    add_line(out, "AN", wrt_json_get_text(item, "PMID", NULL));
    add_line(out, "C2", wrt_json_get_text(item, "PMCID", NULL));
    add_line(out, "UR", wrt_json_get_text(item, "URL", NULL));
    wrt_buf_add_c(out, "ER  - \r\n");
}

/* ---- BibTeX */

static const char *escape_of(char byte) {
    static const struct {
        char byte;
        const char *text;
    } escapes[] = {
        {'\\', "\\textbackslash{}"},
        {'{', "\\textbraceleft{}"},
        {'}', "\\textbraceright{}"},
        {'~', "\\textasciitilde{}"},
        {'^', "\\textasciicircum{}"},
        {'<', "\\textless{}"},
        {'>', "\\textgreater{}"},
        {'|', "\\textbar{}"},
        {'&', "\\&"},
        {'%', "\\%"},
        {'$', "\\$"},
        {'#', "\\#"},
        {'_', "\\_"},
    };
    for (size_t i = 0; i < sizeof escapes / sizeof *escapes; i++)
        if (escapes[i].byte == byte)
            return escapes[i].text;
    return NULL;
}

static void add_escaped(wrt_buf *out, const char *text) {
    for (; *text != '\0'; text++) {
        unsigned char byte = (unsigned char)*text;
        if (escape_of(*text) != NULL)
            wrt_buf_add_c(out, escape_of(*text));
        else
            wrt_buf_add_char(out, byte < ' ' || byte == 0x7F ? ' ' : *text);
    }
}

static void add_field(wrt_buf *out, const char *field, const char *value) {
    if (value == NULL || value[0] == '\0')
        return;
    wrt_buf_printf(out, ",\n  %s = {", field);
    add_escaped(out, value);
    wrt_buf_add_char(out, '}');
}

/* RFC 3986 for what a verbatim field cannot hold. */
static void add_verbatim(wrt_buf *out, const char *field, const char *value) {
    if (value == NULL || value[0] == '\0')
        return;
    wrt_buf_printf(out, ",\n  %s = {", field);
    for (; *value != '\0'; value++) {
        unsigned char byte = (unsigned char)*value;
        if (byte <= ' ' || byte == 0x7F || strchr("{}\\%\"", *value) != NULL)
            wrt_buf_printf(out, "%%%02X", byte);
        else
            wrt_buf_add_char(out, *value);
    }
    wrt_buf_add_char(out, '}');
}

/* Names joined by "and"; a collective one in braces of its own, so that it is not taken apart. */
static void add_bibtex_names(wrt_buf *out, const wrt_json *names) {
    size_t n = 0;
    WRT_JSON_EACH(name, names) {
        wrt_buf_add_c(out, n++ == 0 ? ",\n  author = {" : " and ");
        if (wrt_json_get_text(name, "literal", NULL) != NULL) {
            wrt_buf_add_char(out, '{');
            add_escaped(out, wrt_json_get_text(name, "literal", ""));
            wrt_buf_add_char(out, '}');
            continue;
        }
        add_escaped(out, wrt_json_get_text(name, "family", ""));
        if (wrt_json_get_text(name, "given", NULL) != NULL)
            wrt_buf_add_c(out, ", ");
        add_escaped(out, wrt_json_get_text(name, "given", ""));
    }
    if (n > 0)
        wrt_buf_add_char(out, '}');
}

/* "1173-9" as BibTeX wants a range: "1173--9". */
static void add_bibtex_pages(wrt_buf *out, const char *pages) {
    if (pages == NULL)
        return;
    wrt_buf text = wrt_buf_make(WRT_KIB(1));
    for (; *pages != '\0'; pages++)
        wrt_buf_add_c(&text, *pages == '-' ? "--" : (const char[]){*pages, '\0'});
    add_field(out, "pages", wrt_buf_str(&text).ptr);
    wrt_buf_free(&text);
}

static void add_bibtex_year(wrt_buf *out, const wrt_json *item) {
    char text[24];
    snprintf(text, sizeof text, "%lld", (long long)date_part(item, 0));
    if (date_part(item, 0) > 0)
        add_field(out, "year", text);
    snprintf(text, sizeof text, "%lld", (long long)date_part(item, 1));
    if (date_part(item, 1) > 0)
        add_field(out, "month", text);
}

void wrt_cite_as_bibtex(wrt_buf *out, const wrt_json *item) {
    const char *type = type_of(item, true);
    wrt_buf_printf(out, "@%s{%s", type, wrt_json_get_text(item, "id", "item"));
    add_field(out, "title", wrt_json_get_text(item, "title", NULL));
    add_bibtex_names(out, wrt_json_get(item, "author"));
    add_field(out, strcmp(type, "incollection") == 0 ? "booktitle" : "journal",
              wrt_json_get_text(item, "container-title", NULL));
    add_field(out, "publisher", wrt_json_get_text(item, "publisher", NULL));
    add_bibtex_year(out, item);
    add_field(out, "volume", wrt_json_get_text(item, "volume", NULL));
    add_field(out, "number", wrt_json_get_text(item, "issue", NULL));
    add_bibtex_pages(out, wrt_json_get_text(item, "page", NULL));
    add_field(out, "issn", wrt_json_get_text(item, "ISSN", NULL));
    add_verbatim(out, "doi", wrt_json_get_text(item, "DOI", NULL));
    add_field(out, "pmid", wrt_json_get_text(item, "PMID", NULL));
    add_field(out, "pmcid", wrt_json_get_text(item, "PMCID", NULL));
    add_verbatim(out, "url", wrt_json_get_text(item, "URL", NULL));
    add_field(out, "note", wrt_json_get_text(item, "note", NULL));
    wrt_buf_add_c(out, "\n}\n\n");
}
