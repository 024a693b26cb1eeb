/* cite_parts.c: title, note, pages and dates of a citation. */
#include "pubmed/cite_parts.h"

#include "pubmed/list.h"

#include <string.h>

void wrt_pubmed_cite_add(wrt_buf *out, wrt_str text) {
    size_t start = out->len;
    wrt_buf_add_str(out, text);
    for (size_t i = start; i < out->len; i++)
        if ((unsigned char)out->ptr[i] < 0x20 || out->ptr[i] == 0x7F)
            out->ptr[i] = ' ';
}

/* ---- standing */

static const struct {
    const char *prefix, *note;
} standings[] = {
    [WRT_PUBMED_UNKNOWN] = {"", "Whether this paper was retracted is not known here."},
    [WRT_PUBMED_OK] = {"", ""},
    [WRT_PUBMED_CORRECTED] = {"", "A correction or a newer form was published."},
    [WRT_PUBMED_CONCERN] = {"CONCERN: ",
                            "An expression of concern was published about this paper."},
    [WRT_PUBMED_NOTICE] = {"NOTICE: ", "A notice about another paper, not a study."},
    [WRT_PUBMED_RETRACTED] = {"RETRACTED: ", "RETRACTED PUBLICATION: not evidence."},
    [WRT_PUBMED_DELETED] = {"DELETED: ", "PubMed withdrew this record."},
};

/* Links that say something about the standing; comments, reprints and the like do not. */
static bool is_of_standing(wrt_str type) {
    static const char *const parts[] = {"Retract", "Concern", "Erratum", "Correct", "Update"};
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        if (type.len > 0 && memmem(type.ptr, type.len, parts[i], strlen(parts[i])) != NULL)
            return true;
    return false;
}

static void set_note(wrt_pubmed_cite_parts *out, wrt_arena *arena) {
    const wrt_pubmed_article *article = out->article;
    wrt_buf note = wrt_buf_make(WRT_MIB(64));
    wrt_buf_add_c(&note, standings[article->status].note);
    for (size_t i = 0; i < article->n_corrections && article->status != WRT_PUBMED_OK; i++) {
        const wrt_pubmed_correction *link = &article->corrections[i];
        if (!is_of_standing(link->type))
            continue;
        wrt_buf_add_char(&note, ' ');
        wrt_buf_add_str(&note, link->type);
        wrt_buf_add_c(&note, ": ");
        wrt_buf_add_str(&note, link->source);
        if (link->pmid != 0)
            wrt_buf_printf(&note, "%sPMID %lld", link->source.len > 0 ? ", " : "",
                           (long long)link->pmid);
        wrt_buf_add_char(&note, '.');
    }
    out->note = wrt_pubmed_keep(arena, wrt_buf_str(&note));
    wrt_buf_free(&note);
}

static bool begins(wrt_str text, const char *prefix) {
    size_t len = strlen(prefix);
    return text.len >= len && len > 0 && strncasecmp(text.ptr, prefix, len) == 0;
}

static void set_title(wrt_pubmed_cite_parts *out, wrt_arena *arena) {
    const char *prefix = standings[out->article->status].prefix;
    wrt_str title = out->article->title;
    bool is_ended = title.len > 1 && title.ptr[title.len - 1] == '.';
    if (is_ended && title.ptr[title.len - 2] != '.')
        title.len--;
    if (begins(title, prefix) || prefix[0] == '\0') {
        out->title = title;
        return;
    }
    wrt_buf text = wrt_buf_make(WRT_MIB(64));
    wrt_buf_add_c(&text, prefix);
    wrt_buf_add_str(&text, title);
    out->title = wrt_pubmed_keep(arena, wrt_buf_str(&text));
    wrt_buf_free(&text);
}

/* ---- pages */

static bool are_digits(wrt_str text) {
    for (size_t i = 0; i < text.len; i++)
        if (text.ptr[i] < '0' || text.ptr[i] > '9')
            return false;
    return text.len > 0;
}

/* "1173-9" means 1179 and "S12-5" means S15: what the last page leaves out it shares with the
 * first. Anything that would run backwards stays as it is. */
static wrt_str expand(wrt_arena *arena, wrt_str first, wrt_str last) {
    if (last.len >= first.len || !are_digits(last))
        return last;
    size_t shared = first.len - last.len;
    wrt_str tail = {first.ptr + shared, last.len};
    if (!are_digits(tail) || wrt_str_compare(tail, last) > 0)
        return last;
    char *whole = wrt_arena_strdup(arena, first.ptr, first.len);
    memcpy(whole + shared, last.ptr, last.len);
    return (wrt_str){whole, first.len};
}

/* Lists ("55-6; discussion 57") are one text, not a range. */
static void set_pages(wrt_pubmed_cite_parts *out, wrt_arena *arena) {
    wrt_str pages = out->article->pages, first = pages, rest = pages;
    out->first_page = pages;
    bool is_list = false;
    for (size_t i = 0; i < pages.len; i++)
        is_list = is_list || strchr(" ,;", pages.ptr[i]) != NULL;
    if (is_list || pages.len == 0 || !wrt_str_cut(&first, &rest, '-') || rest.ptr == NULL)
        return;
    if (first.len == 0 || rest.len == 0 || memchr(rest.ptr, '-', rest.len) != NULL)
        return;
    out->first_page = first;
    out->last_page = expand(arena, first, rest);
}

/* ---- dates */

/* Of "2019", "2019-09" or "2019-09-17". */
static wrt_pubmed_cite_date date_of(wrt_str iso) {
    int parts[3] = {0, 0, 0}, at = 0;
    for (size_t i = 0; i < iso.len && at < 3; i++) {
        if (iso.ptr[i] == '-')
            at++;
        else if (iso.ptr[i] >= '0' && iso.ptr[i] <= '9')
            parts[at] = parts[at] * 10 + (iso.ptr[i] - '0');
    }
    return (wrt_pubmed_cite_date){parts[0], parts[1], parts[2]};
}

static void set_dates(wrt_pubmed_cite_parts *out) {
    const wrt_pubmed_article *article = out->article;
    const wrt_pubmed_date *date = article->is_book && article->contribution_date.start.len > 0
                                      ? &article->contribution_date
                                  : article->pubdate.start.len > 0 ? &article->pubdate
                                                                   : &article->electronic_date;
    out->start = date_of(date->start);
    out->end = date_of(date->end);
    if (out->start.year == 0)
        out->start.year = out->end.year = article->year;
}

void wrt_pubmed_cite_parts_of(wrt_pubmed_cite_parts *out, wrt_arena *arena,
                              const wrt_pubmed_article *article) {
    *out = (wrt_pubmed_cite_parts){.article = article};
    set_title(out, arena);
    set_note(out, arena);
    set_pages(out, arena);
    set_dates(out);
    out->url = wrt_str_of(
        wrt_arena_printf(arena, "https://pubmed.ncbi.nlm.nih.gov/%lld/", (long long)article->pmid));
}
