/* fuzz_report.c: the page of any events.
 *
 * Whatever the events say: nothing crashes, the page is valid UTF-8 without anything that runs, is
 * fetched or reorders text, every element that is counted is closed, and equal events give equal
 * bytes.
 */
#include "report/report.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(bool holds) {
    if (!holds)
        abort();
}

static size_t count(const char *text, const char *part) {
    size_t n = 0;
    for (const char *at = strstr(text, part); at != NULL; at = strstr(at + 1, part))
        n++;
    return n;
}

/* The style sheet is ours to the letter but for the foot of printed pages. */
static void check_style(const char *page) {
    const char *from = strstr(page, "<style>"), *to = strstr(page, "</style>");
    const char *address = from != NULL ? strstr(from, "url(") : NULL;
    const char *import = from != NULL ? strstr(from, "@import") : NULL;
    check(from != NULL && from < to);
    check((address == NULL || address > to) && (import == NULL || import > to));
}

static void check_page(const char *page) {
    static const char *const never[] = {"<script", "<img",         "<link", "<iframe",
                                        "<form",   "\xe2\x80\xae", "-->",   "]]>"};
    static const char *const pairs[][2] = {{"<section", "</section>"}, {"<details", "</details>"},
                                           {"<table>", "</table>"},    {"<svg ", "</svg>"},
                                           {"<text ", "</text>"},      {"<title", "</title>"},
                                           {"<pre", "</pre>"},         {"<a ", "</a>"},
                                           {"<td>", "</td>"},          {"<ul", "</ul>"},
                                           {"<ol", "</ol>"},           {"<dl", "</dl>"}};
    for (size_t i = 0; i < sizeof never / sizeof *never; i++)
        check(strstr(page, never[i]) == NULL);
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++)
        check(count(page, pairs[i][0]) == count(page, pairs[i][1]));
    check(count(page, "</style>") == 1 && count(page, "<h1>") == 1);
    check_style(page);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    wrt_json *events = NULL;
    wrt_err err = {0};
    wrt_buf page = wrt_buf_make(WRT_REPORT_BYTES_MAX), again = wrt_buf_make(WRT_REPORT_BYTES_MAX);
    if (wrt_json_parse(&events, (wrt_str){(const char *)data, size}, NULL) != WRT_OK)
        return 0;
    wrt_report_input input = {.events = events};
    wrt_status status = wrt_report_html(&page, &input, &err);
    if (status == WRT_OK) {
        check(wrt_utf8_valid(wrt_buf_str(&page)));
        check_page(wrt_buf_str(&page).ptr);
        check(wrt_report_html(&again, &input, NULL) == WRT_OK);
        check(wrt_str_equal(wrt_buf_str(&page), wrt_buf_str(&again)));
    } else {
        check((status == WRT_E_INPUT || status == WRT_E_LIMIT) && err.message[0] != '\0');
    }
    wrt_json_free(events);
    wrt_buf_free(&page);
    wrt_buf_free(&again);
    return 0;
}
