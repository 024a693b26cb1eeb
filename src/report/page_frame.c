/* page_frame.c: head, policy and style of the page.
 *
 * Colours are dark enough for a contrast of 4.5 to 1, and never the only mark. On paper everything
 * is open, in black on white, with the addresses of links. */
#include "draw/plot.h"
#include "report/page.h"

#include <string.h>

static const char HEAD[] =
    "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
    "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src "
    "'unsafe-inline'; base-uri 'none'; form-action 'none'\">\n"
    "<meta name=\"referrer\" content=\"no-referrer\">\n"
    "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n";

static const char SCREEN[] =
    ":root{color-scheme:light dark;--ink:#1a1a1a;--paper:#fff;--rule:#8a8a8a;--soft:#f3f5f7;"
    "--good:#006147;--bad:#a33c00;--link:#004f8a;--faint:#d5d9de}\n"
    "body{font:1rem/1.55 system-ui,sans-serif;color:var(--ink);background:var(--paper);"
    "max-width:68rem;margin:0 auto;padding:1rem 1.25rem 3rem;overflow-wrap:anywhere}\n"
    "h1{font-size:1.6rem;line-height:1.25;margin:.2rem 0 .8rem}"
    "h2{font-size:1.25rem;border-bottom:2px solid var(--faint);padding-bottom:.2rem;"
    "margin:2.2rem 0 .8rem}h3{font-size:1.05rem;margin:1.4rem 0 .5rem}\n"
    "a{color:var(--link)}a:focus-visible,summary:focus-visible,[tabindex]:focus-visible{"
    "outline:3px solid var(--link);outline-offset:2px}\n"
    ".skip{position:absolute;left:-99rem}.skip:focus{left:1rem;top:1rem;background:var(--paper);"
    "padding:.5rem}\n"
    ".card{border:1px solid var(--faint);border-left:6px solid var(--link);border-radius:6px;"
    "background:var(--soft);padding:1rem 1.25rem}\n"
    ".kicker{margin:0;font-size:.85rem;letter-spacing:.04em}"
    ".badges{display:flex;flex-wrap:wrap;gap:.4rem;margin:.6rem 0}\n"
    ".badge{border:2px solid;border-radius:4px;padding:.05rem .5rem;font-weight:600;"
    "font-size:.9rem}.good{color:var(--good)}.bad{color:var(--bad);border-style:dashed}\n"
    ".note{border-left:5px solid var(--bad);padding:.3rem .8rem;background:var(--soft)}\n"
    ".answer li{margin:.45rem 0}.small{font-size:.875rem}\n"
    "dl{display:grid;grid-template-columns:minmax(7rem,max-content) 1fr;gap:.2rem 1rem;"
    "margin:.6rem 0}dt{font-weight:600}dd{margin:0}\n"
    "nav ul{display:flex;flex-wrap:wrap;gap:.3rem 1rem;list-style:none;padding:0;margin:1rem 0}\n"
    ".scroll{overflow-x:auto;margin:.6rem 0}"
    "svg{max-width:100%;height:auto}\n"
    "table{border-collapse:collapse;width:100%;font-size:.9rem}"
    "caption{text-align:left;font-style:italic;padding:.3rem 0}\n"
    "th,td{border:1px solid var(--rule);padding:.3rem .55rem;text-align:left;vertical-align:top;"
    "min-width:4.5rem;overflow-wrap:break-word}thead th{overflow-wrap:normal}thead "
    "th{background:var(--soft)}tbody "
    "th{font-weight:600}\n"
    "tr:target,article:target,details:target{outline:3px solid var(--link)}\n"
    "details{border:1px solid var(--faint);border-radius:4px;padding:.3rem .8rem;margin:.5rem 0}"
    "summary{cursor:pointer;font-weight:600;padding:.15rem 0}\n"
    "blockquote{margin:.2rem 0;padding-left:.7rem;border-left:3px solid var(--rule)}\n"
    "code,pre{font-family:ui-monospace,monospace;font-size:.85em;overflow-wrap:anywhere}"
    "pre{white-space:pre-wrap;background:var(--soft);padding:.6rem;max-height:30rem;"
    "overflow:auto}\n"
    "@media(max-width:40rem){dl{display:block}dd{margin:0 0 .5rem}svg{max-width:none}}\n";

static const char DARK[] =
    "@media screen and (prefers-color-scheme:dark){:root{--ink:#ececec;--paper:#16181c;"
    "--rule:#8a8a8a;--soft:#22252a;--good:#4fd6ab;--bad:#ffa66b;--link:#7cc4f5;"
    "--faint:#3a3f47}}\n";

static const char PRINT[] =
    "@media print{:root{color-scheme:light;--good:#000;--bad:#000;--link:#000}"
    "body{max-width:none;font-size:9.5pt;padding:0}nav,.skip{display:none}"
    "tr,article,dl,svg{break-inside:avoid}h2,h3,summary{break-after:avoid}"
    "thead{display:table-header-group}.scroll,pre{overflow:visible;max-height:none}"
    "svg{max-width:100%;max-height:22cm}details::details-content{content-visibility:visible;"
    "display:block;block-size:auto}details{border:0;padding:0}"
    "a[href^=\"https\"]::after{content:\" (\" attr(href) \")\"}}\n";

/* Letters that end no string of a style sheet. */
static void add_foot(wrt_buf *out, const char *foot) {
    wrt_buf_add_c(out, "@page{margin:16mm 12mm;@bottom-left{font:8pt sans-serif;content:\"");
    for (const char *at = foot; *at != '\0'; at++) {
        bool is_kept = (*at >= '0' && *at <= '9') || (*at >= 'a' && *at <= 'z') ||
                       (*at >= 'A' && *at <= 'Z') || strchr(" .:-", *at) != NULL;
        if (is_kept)
            wrt_buf_add_char(out, *at);
    }
    wrt_buf_add_c(out, "\"}@bottom-right{font:8pt sans-serif;content:counter(page)}}\n");
}

void wrt_page_open(wrt_buf *out, const char *title) {
    wrt_page_open_footed(out, title, title);
}

void wrt_page_open_footed(wrt_buf *out, const char *title, const char *foot) {
    wrt_buf_add_c(out, HEAD);
    wrt_buf_add_c(out, "<title>");
    wrt_page_text(out, title);
    wrt_buf_add_c(out, "</title>\n<style>\n");
    wrt_buf_add_c(out, SCREEN);
    wrt_plot_style(out);
    wrt_buf_add_c(out, DARK);
    wrt_buf_add_c(out, PRINT);
    add_foot(out, foot);
    wrt_buf_add_c(out, "</style>\n</head>\n<body>\n");
}

void wrt_page_close(wrt_buf *out) {
    wrt_buf_add_c(out, "</body>\n</html>\n");
}
