/* cite_bibtex.c: BibTeX. Text is UTF-8; what LaTeX would obey is escaped. BibTeX counts braces
 * whether or not a backslash stands before them, so braces of the text become commands and a value
 * can never end early. The fields that biblatex reads verbatim (doi, url) are not escaped but
 * percent-encoded where they must be. */
#include "pubmed/cite_parts.h"

#include <string.h>

static const char *escape_of(char byte) {
    switch (byte) {
    case '\\':
        return "\\textbackslash{}";
    case '{':
        return "\\textbraceleft{}";
    case '}':
        return "\\textbraceright{}";
    case '~':
        return "\\textasciitilde{}";
    case '^':
        return "\\textasciicircum{}";
    case '<':
        return "\\textless{}";
    case '>':
        return "\\textgreater{}";
    case '|':
        return "\\textbar{}";
    case '&':
        return "\\&";
    case '%':
        return "\\%";
    case '$':
        return "\\$";
    case '#':
        return "\\#";
    case '_':
        return "\\_";
    default:
        return NULL;
    }
}

/* Pairs that LaTeX draws as one sign ("--" as a dash) and that a text means as two. */
static bool is_ligature(char before, char byte) {
    return (before == byte && strchr("-`',", byte) != NULL) ||
           ((before == '?' || before == '!') && byte == '`');
}

static void add_escaped(wrt_buf *out, wrt_str text) {
    size_t plain = 0;
    if (text.len == 0)
        return;
    for (size_t i = 0; i < text.len; i++) {
        const char *escape = escape_of(text.ptr[i]);
        bool is_pair = i > 0 && text.ptr[i] != '\0' && is_ligature(text.ptr[i - 1], text.ptr[i]);
        if (escape == NULL && !is_pair)
            continue;
        wrt_pubmed_cite_add(out, (wrt_str){text.ptr + plain, i - plain});
        wrt_buf_add_c(out, is_pair ? "{}" : escape);
        plain = is_pair ? i : i + 1;
    }
    wrt_pubmed_cite_add(out, (wrt_str){text.ptr + plain, text.len - plain});
}

static void add(wrt_buf *out, const char *field, wrt_str value) {
    if (value.len == 0)
        return;
    wrt_buf_printf(out, ",\n  %s = {", field);
    add_escaped(out, value);
    wrt_buf_add_char(out, '}');
}

/* RFC 3986 for what a verbatim field cannot hold. */
static void add_verbatim(wrt_buf *out, const char *field, wrt_str value) {
    if (value.len == 0)
        return;
    wrt_buf_printf(out, ",\n  %s = {", field);
    for (size_t i = 0; i < value.len; i++) {
        unsigned char byte = (unsigned char)value.ptr[i];
        if (byte <= ' ' || byte == 0x7F || strchr("{}\\%\"", value.ptr[i]) != NULL)
            wrt_buf_printf(out, "%%%02X", byte);
        else
            wrt_buf_add_char(out, value.ptr[i]);
    }
    wrt_buf_add_char(out, '}');
}

/* ---- names */

/* In braces where BibTeX would cut the name: at a comma or at the word "and". */
static void add_name_part(wrt_buf *out, wrt_str part) {
    bool is_cut = memchr(part.ptr, ',', part.len) != NULL;
    for (size_t i = 0; !is_cut && i + 5 <= part.len; i++)
        is_cut = strncasecmp(part.ptr + i, " and ", 5) == 0;
    wrt_buf_add_c(out, is_cut ? "{" : "");
    add_escaped(out, part);
    wrt_buf_add_c(out, is_cut ? "}" : "");
}

/* "Last, Jr, First", in braces as a whole when collective. */
static void add_name(wrt_buf *out, const wrt_pubmed_author *author) {
    wrt_str given = author->fore.len > 0 ? author->fore : author->initials;
    if (author->is_collective || author->last.len == 0) {
        wrt_buf_add_char(out, '{');
        add_escaped(out, author->name);
        wrt_buf_add_char(out, '}');
        return;
    }
    add_name_part(out, author->last);
    if (author->suffix.len > 0) {
        wrt_buf_add_c(out, ", ");
        add_name_part(out, author->suffix);
    }
    if (given.len > 0) {
        wrt_buf_add_c(out, ", ");
        add_name_part(out, given);
    }
}

static void add_names(wrt_buf *out, const char *field, const wrt_pubmed_author *authors, size_t n) {
    if (n == 0)
        return;
    wrt_buf_printf(out, ",\n  %s = {", field);
    for (size_t i = 0; i < n; i++) {
        wrt_buf_add_c(out, i > 0 ? " and " : "");
        add_name(out, &authors[i]);
    }
    wrt_buf_add_char(out, '}');
}

/* ---- dates and pages */

static void add_date(wrt_buf *out, const wrt_pubmed_cite_parts *parts) {
    static const char *const months[] = {"jan", "feb", "mar", "apr", "may", "jun",
                                         "jul", "aug", "sep", "oct", "nov", "dec"};
    int first = parts->start.month, last = parts->end.month;
    if (parts->start.year == 0)
        return;
    wrt_buf_printf(out, ",\n  year = {%d}", parts->start.year);
    if (first == 0)
        return;
    wrt_buf_printf(out, ",\n  month = %s", months[first - 1]);
    if (last != 0 && last != first)
        wrt_buf_printf(out, " # \"--\" # %s", months[last - 1]);
}

static void add_pages(wrt_buf *out, const wrt_pubmed_cite_parts *parts) {
    if (parts->last_page.len == 0) {
        add(out, "pages", parts->first_page);
        return;
    }
    wrt_buf_add_c(out, ",\n  pages = {");
    add_escaped(out, parts->first_page);
    wrt_buf_add_c(out, "--");
    add_escaped(out, parts->last_page);
    wrt_buf_add_char(out, '}');
}

static void add_source(wrt_buf *out, const wrt_pubmed_article *article) {
    if (article->is_book) {
        add(out, "booktitle", article->book_title);
        add(out, "publisher", article->publisher);
        add(out, "address", article->publisher_place);
        add(out, "isbn", article->isbn);
        return;
    }
    add(out, "journal", article->journal);
    add(out, "shortjournal", article->iso_abbrev);
    add(out, "issn", article->issn);
}

void wrt_pubmed_cite_as_bibtex(wrt_buf *out, const wrt_pubmed_cite_parts *parts) {
    const wrt_pubmed_article *article = parts->article;
    wrt_buf_printf(out, "@%s{pmid%lld", article->is_book ? "incollection" : "article",
                   (long long)article->pmid);
    wrt_buf_add_c(out, ",\n  title = {{"); /* doubled: styles must not change its case */
    add_escaped(out, parts->title);
    wrt_buf_add_c(out, "}}");
    add(out, "note", parts->note);
    add_names(out, "author", article->authors, article->n_authors);
    add_names(out, "editor", article->editors, article->n_editors);
    add_source(out, article);
    add_date(out, parts);
    add(out, "volume", article->volume);
    add(out, "number", article->issue);
    add_pages(out, parts);
    add_verbatim(out, "doi", article->doi);
    wrt_buf_printf(out, ",\n  pmid = {%lld}", (long long)article->pmid);
    add(out, "pmcid", article->pmcid);
    add_verbatim(out, "url", parts->url);
    wrt_buf_add_c(out, "\n}\n\n");
}
