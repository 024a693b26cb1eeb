/* epmc_text.c: the HTML that stands in Europe PMC's titles and abstracts, as plain text. */
#include <string.h>
#include <strings.h>

#include "pubmed/list.h"
#include "pubmed/live/epmc_answer.h"
#include "pubmed/live/epmc_internal.h"
#include "pubmed/text.h"

static const char *const TAGS[] = {"i",  "b",  "u",    "em",  "strong", "sub",  "sup", "p",
                                   "br", "h1", "h2",   "h3",  "h4",     "h5",   "ul",  "ol",
                                   "li", "a",  "span", "div", "italic", "bold", "sc",  "tt"};

/* Tags that end a word where they stand. */
static const char *const BREAKS[] = {"p",  "br", "h1", "h2", "h3", "h4",
                                     "h5", "ul", "ol", "li", "div"};

static const struct {
    const char *name, *text;
} ENTITIES[] = {{"&lt;", "<"},    {"&gt;", ">"},   {"&amp;", "&"},
                {"&quot;", "\""}, {"&apos;", "'"}, {"&#39;", "'"}};

#define COUNT(list) (sizeof(list) / sizeof(list)[0])

static bool is_one_of(wrt_str name, const char *const *list, size_t n) {
    for (size_t i = 0; i < n; i++)
        if (strlen(list[i]) == name.len && strncasecmp(list[i], name.ptr, name.len) == 0)
            return true;
    return false;
}

static bool is_letter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* Length of the tag of a known name that text begins with, with its brackets; 0: none. */
static size_t tag_length(wrt_str *name, wrt_str text) {
    enum { TAG_MAX = 300 };
    size_t at = 1;
    if (at < text.len && text.ptr[at] == '/')
        at++;
    size_t from = at;
    while (at < text.len &&
           (is_letter(text.ptr[at]) || (at > from && text.ptr[at] >= '1' && text.ptr[at] <= '6')))
        at++;
    *name = (wrt_str){text.ptr + from, at - from};
    if (!is_one_of(*name, TAGS, COUNT(TAGS)))
        return 0;
    size_t most = text.len < TAG_MAX ? text.len : TAG_MAX;
    if (at < most && !strchr(" /\t\n>", text.ptr[at]))
        return 0;
    while (at < most && text.ptr[at] != '>' && text.ptr[at] != '<')
        at++;
    return at < most && text.ptr[at] == '>' ? at + 1 : 0;
}

static size_t add_entity(wrt_buf *out, wrt_str text) {
    for (size_t i = 0; i < COUNT(ENTITIES); i++) {
        size_t len = strlen(ENTITIES[i].name);
        if (text.len >= len && memcmp(text.ptr, ENTITIES[i].name, len) == 0) {
            wrt_buf_add_c(out, ENTITIES[i].text);
            return len;
        }
    }
    wrt_buf_add_char(out, '&');
    return 1;
}

/* Takes one tag, entity or byte off the front; returns its length. */
static size_t add_piece(wrt_buf *out, wrt_str text) {
    wrt_str name = {"", 0};
    if (text.ptr[0] == '&')
        return add_entity(out, text);
    size_t len = text.ptr[0] == '<' ? tag_length(&name, text) : 0;
    if (len == 0) {
        wrt_buf_add_char(out, text.ptr[0]);
        return 1;
    }
    if (is_one_of(name, BREAKS, COUNT(BREAKS)))
        wrt_buf_add_char(out, ' ');
    return len;
}

static wrt_str collapse(wrt_buf *text) {
    size_t used = 0;
    for (size_t i = 0; i < text->len; i++) {
        bool blank = wrt_pubmed_is_blank(text->ptr[i]);
        if (blank && (used == 0 || text->ptr[used - 1] == ' '))
            continue;
        text->ptr[used++] = blank ? ' ' : text->ptr[i];
    }
    while (used > 0 && text->ptr[used - 1] == ' ')
        used--;
    return (wrt_str){text->len > 0 ? text->ptr : "", used};
}

wrt_str wrt_epmc_plain_text(wrt_arena *arena, wrt_str html) {
    wrt_buf text = wrt_buf_make(html.len + 1); /* no piece grows */
    for (size_t at = 0; at < html.len;)
        at += add_piece(&text, (wrt_str){html.ptr + at, html.len - at});
    wrt_str kept = wrt_pubmed_keep(arena, collapse(&text));
    wrt_buf_free(&text);
    return kept;
}

wrt_str wrt_epmc_text(wrt_arena *arena, const wrt_json *object, const char *key) {
    return wrt_epmc_plain_text(arena, wrt_str_of(wrt_json_get_text(object, key, NULL)));
}

/* ---- abstracts */

static const char *find_text(wrt_str text, const char *words) {
    return text.len > 0 ? memmem(text.ptr, text.len, words, strlen(words)) : NULL;
}

static void add_section(wrt_pubmed_article *article, wrt_arena *arena, wrt_str label,
                        wrt_str html) {
    wrt_pubmed_section section = {.label = wrt_epmc_plain_text(arena, label),
                                  .text = wrt_epmc_plain_text(arena, html)};
    if (section.text.len == 0)
        return;
    wrt_pubmed_section *sections =
        wrt_pubmed_list_grow(arena, article->abstract, article->n_abstract, sizeof *sections);
    sections[article->n_abstract++] = section;
    article->abstract = sections;
}

void wrt_epmc_set_abstract(wrt_pubmed_article *article, wrt_arena *arena, wrt_str html) {
    wrt_str label = {"", 0};
    for (;;) {
        const char *open = find_text(html, "<h4>");
        wrt_str before = {html.ptr, open != NULL ? (size_t)(open - html.ptr) : html.len};
        add_section(article, arena, label, before);
        if (open == NULL)
            return;
        html = (wrt_str){open + 4, html.len - before.len - 4};
        const char *close = find_text(html, "</h4>");
        if (close == NULL) { /* a heading that does not end is text */
            add_section(article, arena, WRT_STR(""), html);
            return;
        }
        label = (wrt_str){html.ptr, (size_t)(close - html.ptr)};
        html = (wrt_str){close + 5, html.len - label.len - 5};
    }
}
