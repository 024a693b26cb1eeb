/* page.c: escaping, the frame of the page, tables.
 *
 * Colours are Okabe and Ito's, dark enough for a contrast of 4.5 to 1, and never the only mark. */
#include "report/page.h"

#include "report/report.h"

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

void wrt_page_text(wrt_buf *out, const char *text) {
    size_t len = text != NULL ? strlen(text) : 0;
    bool is_cut = len > WRT_REPORT_CELL_MAX;
    if (is_cut)
        len = wrt_utf8_valid_prefix((wrt_str){text, WRT_REPORT_CELL_MAX});
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
    if (is_cut)
        wrt_buf_add_c(out, " [cut here]");
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

/* ---- the frame */

static const char head[] =
    "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
    "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src "
    "'unsafe-inline'; base-uri 'none'; form-action 'none'\">\n"
    "<meta name=\"referrer\" content=\"no-referrer\">\n"
    "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n";

static const char style[] =
    "<style>\n"
    ":root{color-scheme:light dark;--ink:#1a1a1a;--paper:#fff;--rule:#8a8a8a;--soft:#f1f3f5;"
    "--good:#006147;--bad:#a33c00;--link:#004f8a}\n"
    "@media(prefers-color-scheme:dark){:root{--ink:#ececec;--paper:#161616;--rule:#8a8a8a;"
    "--soft:#242628;--good:#4fd6ab;--bad:#ffa66b;--link:#7cc4f5}}\n"
    "body{font:1rem/1.5 system-ui,sans-serif;color:var(--ink);background:var(--paper);"
    "max-width:70rem;margin:0 auto;padding:1rem;overflow-wrap:anywhere}\n"
    "h1{font-size:1.5rem}h2{font-size:1.2rem;border-bottom:1px solid var(--rule)}"
    "h3{font-size:1rem}\n"
    "a{color:var(--link)}a:focus{outline:3px solid var(--link)}\n"
    "dl{display:grid;grid-template-columns:minmax(6rem,max-content) 1fr;gap:.2rem 1rem}"
    "dt{font-weight:600}dd{margin:0}\n"
    ".badge{border:2px solid;padding:.1rem .5rem;font-weight:600;display:inline-block}"
    ".good{color:var(--good)}.bad{color:var(--bad);border-style:dashed}\n"
    ".scroll{overflow-x:auto}table{border-collapse:collapse;width:100%;font-size:.9rem}"
    "caption{text-align:left;font-style:italic;padding:.3rem 0}\n"
    "th,td{border:1px solid var(--rule);padding:.25rem .5rem;text-align:left;vertical-align:top;"
    "min-width:5.5rem}thead th{background:var(--soft)}tbody th{font-weight:600}\n"
    "code{font-family:ui-monospace,monospace;font-size:.9em}\n"
    "@media print{:root{--ink:#000;--paper:#fff;--good:#000;--bad:#000;--link:#000}"
    "body{max-width:none;font-size:10pt}nav{display:none}tr,article,dl{break-inside:avoid}"
    "thead{display:table-header-group}.scroll{overflow:visible}"
    "a[href^=\"https\"]::after{content:\" (\" attr(href) \")\"}}\n"
    "</style>\n";

void wrt_page_open(wrt_buf *out, const char *title) {
    wrt_buf_add_c(out, head);
    wrt_buf_add_c(out, "<title>");
    wrt_page_text(out, title);
    wrt_buf_add_c(out, "</title>\n");
    wrt_buf_add_c(out, style);
    wrt_buf_add_c(out, "</head>\n<body>\n");
}

void wrt_page_close(wrt_buf *out) {
    wrt_buf_add_c(out, "</body>\n</html>\n");
}

void wrt_page_section(wrt_buf *out, const char *id, const char *title) {
    wrt_buf_printf(out, "<section id=\"%s\" aria-labelledby=\"%s-title\">\n", id, id);
    wrt_buf_printf(out, "<h2 id=\"%s-title\">%s</h2>\n", id, title);
}

void wrt_page_section_end(wrt_buf *out) {
    wrt_buf_add_c(out, "</section>\n");
}

/* ---- tables and pairs */

void wrt_page_table(wrt_buf *out, const char *caption, const char *const *heads) {
    wrt_buf_printf(out, "<div class=\"scroll\" tabindex=\"0\">\n<table>\n<caption>%s</caption>\n",
                   caption);
    wrt_buf_add_c(out, "<thead><tr>");
    for (size_t i = 0; heads[i] != NULL; i++)
        wrt_buf_printf(out, "<th scope=\"col\">%s</th>", heads[i]);
    wrt_buf_add_c(out, "</tr></thead>\n<tbody>\n");
}

void wrt_page_table_end(wrt_buf *out) {
    wrt_buf_add_c(out, "</tbody>\n</table>\n</div>\n");
}

void wrt_page_row(wrt_buf *out) {
    wrt_buf_add_c(out, "<tr>");
}

void wrt_page_row_end(wrt_buf *out) {
    wrt_buf_add_c(out, "</tr>\n");
}

static void add_element(wrt_buf *out, const char *open, const char *text, const char *close) {
    wrt_buf_add_c(out, open);
    wrt_page_text(out, text);
    wrt_buf_add_c(out, close);
}

void wrt_page_head_cell(wrt_buf *out, const char *text) {
    add_element(out, "<th scope=\"row\">", text, "</th>");
}

void wrt_page_cell(wrt_buf *out, const char *text) {
    add_element(out, "<td>", text, "</td>");
}

void wrt_page_paragraph(wrt_buf *out, const char *text) {
    add_element(out, "<p>", text, "</p>\n");
}

void wrt_page_pair(wrt_buf *out, const char *name, const char *text) {
    wrt_buf_printf(out, "<dt>%s</dt>", name);
    add_element(out, "<dd>", text, "</dd>\n");
}
