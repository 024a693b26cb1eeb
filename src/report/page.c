/* page.c: escaping, sections, tables. Head and style: page_frame.c. */
#include "report/page.h"

#include "draw/plot.h"
#include "report/report.h"

#include <math.h>
#include <string.h>

static const char *entity_of(char byte) {
    switch (byte) {
    case '&':
        return "&amp;";
    case '<':
        return "&lt;";
    case '>':
        return "&gt;";
    case '"':
        return "&quot;";
    case '\'':
        return "&#39;";
    default:
        return NULL;
    }
}

/* Bytes of a character at `at` that must not be shown; 0 when it may. */
static size_t unwanted(const char *at) {
    const unsigned char *u = (const unsigned char *)at;
    if ((u[0] < 0x20 && u[0] != '\n' && u[0] != '\t') || u[0] == 0x7f)
        return 1;
    if (u[0] == 0xc2 && u[1] >= 0x80 && u[1] <= 0x9f)
        return 2;
    if (u[0] == 0xe2 && u[1] == 0x80 && (u[2] == 0x8e || u[2] == 0x8f))
        return 3;
    if (u[0] == 0xe2 && u[1] == 0x80 && u[2] >= 0xa8 && u[2] <= 0xae)
        return 3;
    if (u[0] == 0xe2 && u[1] == 0x81 && u[2] >= 0xa6 && u[2] <= 0xa9)
        return 3;
    return 0;
}

static void add_escaped(wrt_buf *out, const char *text, size_t len) {
    for (size_t i = 0; i < len;) {
        size_t bad = unwanted(text + i);
        const char *entity = entity_of(text[i]);
        if (bad > 0)
            wrt_buf_add_c(out, "\xef\xbf\xbd");
        else if (entity != NULL)
            wrt_buf_add_c(out, entity);
        else
            wrt_buf_add_char(out, text[i]);
        i += bad > 0 ? bad : 1;
    }
}

void wrt_page_text(wrt_buf *out, const char *text) {
    size_t len = text != NULL ? strlen(text) : 0;
    bool is_cut = len > WRT_REPORT_CELL_MAX;
    if (is_cut)
        len = wrt_utf8_valid_prefix((wrt_str){text, WRT_REPORT_CELL_MAX});
    if (len > 0)
        add_escaped(out, text, len);
    if (is_cut)
        wrt_buf_add_c(out, " [cut here]");
}

void wrt_page_words(wrt_buf *out, const char *name) {
    wrt_buf text = wrt_buf_make(WRT_MIB(8));
    wrt_buf_add_c(&text, name != NULL ? name : "");
    for (size_t i = 0; i < text.len; i++)
        if (text.ptr[i] == '_')
            text.ptr[i] = ' ';
    wrt_page_text(out, wrt_buf_str(&text).ptr);
    wrt_buf_free(&text);
}

void wrt_page_list(wrt_buf *out, const wrt_json *value, const char *separator) {
    size_t n = 0;
    wrt_page_text(out, wrt_json_text(value));
    if (!wrt_json_is(value, WRT_JSON_ARRAY))
        return;
    WRT_JSON_EACH(item, value) {
        if (wrt_json_text(item) == NULL)
            continue;
        wrt_buf_add_c(out, n++ > 0 ? separator : "");
        wrt_page_text(out, wrt_json_text(item));
    }
}

/* ---- sections */

void wrt_page_section(wrt_buf *out, const char *id, const char *title) {
    wrt_buf_printf(out, "<section id=\"%s\" aria-labelledby=\"%s-title\">\n", id, id);
    wrt_buf_printf(out, "<h2 id=\"%s-title\">%s</h2>\n", id, title);
}

void wrt_page_section_end(wrt_buf *out) {
    wrt_buf_add_c(out, "</section>\n");
}

static void add_element(wrt_buf *out, const char *open, const char *text, const char *close) {
    wrt_buf_add_c(out, open);
    wrt_page_text(out, text);
    wrt_buf_add_c(out, close);
}

void wrt_page_heading(wrt_buf *out, const char *text) {
    add_element(out, "<h3>", text, "</h3>\n");
}

void wrt_page_details(wrt_buf *out, const char *summary) {
    add_element(out, "<details>\n<summary>", summary, "</summary>\n");
}

void wrt_page_details_end(wrt_buf *out) {
    wrt_buf_add_c(out, "</details>\n");
}

void wrt_page_wide(wrt_buf *out, const char *label) {
    add_element(out, "<div class=\"scroll\" tabindex=\"0\" role=\"group\" aria-label=\"", label,
                "\">\n");
}

void wrt_page_wide_end(wrt_buf *out) {
    wrt_buf_add_c(out, "</div>\n");
}

/* ---- tables */

void wrt_page_table(wrt_buf *out, const char *caption, const char *const *heads) {
    wrt_page_wide(out, caption);
    wrt_buf_printf(out, "<table>\n<caption>%s</caption>\n", caption);
    wrt_buf_add_c(out, "<thead><tr>");
    for (size_t i = 0; heads[i] != NULL; i++)
        wrt_buf_printf(out, "<th scope=\"col\">%s</th>", heads[i]);
    wrt_buf_add_c(out, "</tr></thead>\n<tbody>\n");
}

void wrt_page_table_end(wrt_buf *out) {
    wrt_buf_add_c(out, "</tbody>\n</table>\n");
    wrt_page_wide_end(out);
}

void wrt_page_row(wrt_buf *out) {
    wrt_buf_add_c(out, "<tr>");
}

void wrt_page_row_end(wrt_buf *out) {
    wrt_buf_add_c(out, "</tr>\n");
}

void wrt_page_head_cell(wrt_buf *out, const char *text) {
    add_element(out, "<th scope=\"row\">", text, "</th>");
}

void wrt_page_cell(wrt_buf *out, const char *text) {
    add_element(out, "<td>", text, "</td>");
}

void wrt_page_cell_number(wrt_buf *out, const wrt_json *number, int decimals) {
    char text[32];
    wrt_plot_number(text, wrt_json_number(number, (double)NAN), decimals);
    wrt_page_cell(out, text);
}

/* ---- text */

void wrt_page_paragraph(wrt_buf *out, const char *text) {
    if (text != NULL)
        add_element(out, "<p>", text, "</p>\n");
}

void wrt_page_note(wrt_buf *out, const char *text) {
    add_element(out, "<p class=\"note\"><strong>", text, "</strong></p>\n");
}

void wrt_page_pair(wrt_buf *out, const char *name, const char *text) {
    wrt_buf_printf(out, "<dt>%s</dt>", name);
    add_element(out, "<dd>", text, "</dd>\n");
}

void wrt_page_items(wrt_buf *out, const wrt_json *texts) {
    WRT_JSON_EACH(item, texts)
    if (wrt_json_text(item) != NULL)
        add_element(out, "<li>", wrt_json_text(item), "</li>\n");
}

void wrt_page_badge(wrt_buf *out, wrt_badge kind, const char *text) {
    static const char *const classes[] = {"good", "bad", "plain"};
    static const char *const signs[] = {"&#10003; ", "&#10007; ", ""};
    wrt_buf_printf(out, "<span class=\"badge %s\">%s", classes[kind], signs[kind]);
    add_element(out, "", text, "</span>\n");
}

const char *wrt_page_pmid(const char *curie) {
    const char *digits = strncmp(curie, "PMID:", 5) == 0 ? curie + 5 : curie;
    size_t len = strspn(digits, "0123456789");
    return len > 0 && len <= 10 && digits[len] == '\0' ? digits : NULL;
}

void wrt_page_publication(wrt_buf *out, const char *curie) {
    const char *pmid = wrt_page_pmid(curie);
    if (pmid == NULL) {
        wrt_page_text(out, curie);
        return;
    }
    wrt_buf_printf(out, "<a href=\"https://pubmed.ncbi.nlm.nih.gov/%s/\">PMID:%s</a>", pmid, pmid);
}

void wrt_page_code(wrt_buf *out, const char *text, size_t most) {
    size_t len = strlen(text), shown = len;
    if (len > most)
        shown = wrt_utf8_valid_prefix((wrt_str){text, most});
    wrt_buf_add_c(out, "<pre tabindex=\"0\">");
    add_escaped(out, text, shown);
    wrt_buf_add_c(out, "</pre>\n");
    if (shown < len)
        wrt_buf_printf(out, "<p>Cut here: %zu of %zu bytes are not shown.</p>\n", len - shown, len);
}
