/* xml.c: libxml2's SAX2 parser with its doors closed, and a path that grows and shrinks.
 *
 * Invariant: once failure.code is set, no handler does anything. */
#include "pubmed/live/xml.h"

#include "base/buf.h"
#include "pubmed/live/exchange.h"

#include <libxml/parser.h>
#include <stdio.h>
#include <string.h>

typedef struct {
    xmlParserCtxtPtr parser;
    wrt_live_xml_fn fn;
    void *ctx;
    char path[WRT_LIVE_XML_PATH_MAX];
    size_t path_len;
    int depth;
    wrt_buf text;
    wrt_err failure;
} reading;

static bool has_failed(const reading *self) {
    return self->failure.code != WRT_OK;
}

static void stop(reading *self, wrt_status code, const char *message) {
    if (!has_failed(self))
        wrt_fail(&self->failure, code, "%s", message);
    xmlStopParser(self->parser);
}

/* The parser has switched its handlers off by itself when an error is fatal. */
static void on_error(void *ctx, xmlErrorPtr error) {
    reading *self = ctx;
    if (has_failed(self) || error->level != XML_ERR_FATAL || error->code == XML_ERR_USER_STOP)
        return;
    char text[160];
    (void)snprintf(text, sizeof text, "%s", error->message != NULL ? error->message : "not XML");
    text[strcspn(text, "\r\n")] = '\0';
    wrt_utf8_make_printable(text, strlen(text));
    wrt_fail(&self->failure, WRT_E_UNAVAILABLE,
             "the XML is not well formed or was cut off: line %d: %s", error->line, text);
}

static void on_entity_declaration(void *ctx, const xmlChar *name, int type,
                                  const xmlChar *public_id, const xmlChar *system_id,
                                  xmlChar *content) {
    (void)name, (void)type, (void)public_id, (void)system_id, (void)content;
    stop(ctx, WRT_E_INPUT, "the XML declares entities, which is not accepted");
}

static void on_reference(void *ctx, const xmlChar *name) {
    (void)name;
    stop(ctx, WRT_E_INPUT, "the XML refers to an entity, which is not accepted");
}

static void on_text(void *ctx, const xmlChar *bytes, int len) {
    reading *self = ctx;
    if (has_failed(self) || len <= 0)
        return;
    wrt_buf_add(&self->text, bytes, (size_t)len);
    if (self->text.overflow)
        stop(self, WRT_E_LIMIT, "the text of an element is longer than 64 KiB");
}

static void hand_over(reading *self, bool is_close) {
    wrt_str text = is_close ? wrt_str_trim(wrt_buf_str(&self->text)) : WRT_STR("");
    wrt_err err = {0};
    wrt_status status = self->fn(self->path, is_close, text, self->ctx, &err);
    wrt_buf_clear(&self->text);
    if (status != WRT_OK)
        stop(self, status, err.code == status ? err.message : "the answer was not accepted");
}

static void on_start(void *ctx, const xmlChar *localname, const xmlChar *prefix, const xmlChar *uri,
                     int n_namespaces, const xmlChar **namespaces, int n_attributes,
                     int n_defaulted, const xmlChar **attributes) {
    reading *self = ctx;
    (void)prefix, (void)uri, (void)n_namespaces, (void)namespaces, (void)n_attributes;
    (void)n_defaulted, (void)attributes;
    if (has_failed(self))
        return;
    const char *name = (const char *)localname;
    size_t len = strlen(name);
    if (self->depth >= WRT_LIVE_XML_DEPTH_MAX || len + 2 > sizeof self->path - self->path_len) {
        stop(self, WRT_E_LIMIT, "the elements of the XML are nested too deep");
        return;
    }
    if (self->depth++ > 0)
        self->path[self->path_len++] = '/';
    memcpy(self->path + self->path_len, name, len + 1);
    self->path_len += len;
    hand_over(self, false);
}

static void on_end(void *ctx, const xmlChar *localname, const xmlChar *prefix, const xmlChar *uri) {
    reading *self = ctx;
    (void)localname, (void)prefix, (void)uri;
    if (has_failed(self) || self->depth == 0)
        return;
    hand_over(self, true);
    const char *slash = strrchr(self->path, '/');
    self->path_len = slash != NULL ? (size_t)(slash - self->path) : 0;
    self->path[self->path_len] = '\0';
    self->depth--;
}

static xmlSAXHandler handlers(void) {
    return (xmlSAXHandler){
        .initialized = XML_SAX2_MAGIC,
        .startElementNs = on_start,
        .endElementNs = on_end,
        .characters = on_text,
        .ignorableWhitespace = on_text,
        .cdataBlock = on_text,
        .entityDecl = on_entity_declaration,
        .reference = on_reference,
        .serror = on_error,
    };
}

/* libxml2 compares each attribute of a tag with all others: long tags are refused before. */
static bool has_long_tag(wrt_str body) {
    const char *at = body.ptr, *end = body.ptr + body.len;
    while (at < end && (at = memchr(at, '<', (size_t)(end - at))) != NULL) {
        size_t left = (size_t)(end - at);
        size_t most = left < WRT_LIVE_XML_TAG_MAX ? left : WRT_LIVE_XML_TAG_MAX;
        if (memchr(at, '>', most) == NULL && left > most)
            return true;
        at++;
    }
    return false;
}

/* At once: in pieces, libxml2 looks through an unfinished tag anew with each piece. */
static void parse(reading *self, wrt_str body) {
    int failed = xmlParseChunk(self->parser, body.ptr, (int)body.len, 1);
    if (failed != 0 && !has_failed(self))
        wrt_fail(&self->failure, WRT_E_UNAVAILABLE, "the XML is not well formed or was cut off");
}

wrt_status wrt_live_xml_read(wrt_str body, wrt_live_xml_fn fn, void *ctx, wrt_err *err) {
    if (!wrt_utf8_valid(body))
        return wrt_fail(err, WRT_E_INPUT, "the answer is not valid UTF-8");
    if (body.len > WRT_LIVE_BODY_MAX)
        return wrt_fail(err, WRT_E_LIMIT, "the answer is longer than %zu bytes", WRT_LIVE_BODY_MAX);
    if (body.len > 0 && has_long_tag(body))
        return wrt_fail(err, WRT_E_LIMIT, "a tag of the XML is longer than %d bytes",
                        WRT_LIVE_XML_TAG_MAX);
    xmlSAXHandler sax = handlers();
    reading self = {.fn = fn, .ctx = ctx, .text = wrt_buf_make(WRT_LIVE_XML_TEXT_MAX)};
    xmlInitParser();
    self.parser = xmlCreatePushParserCtxt(&sax, &self, NULL, 0, NULL);
    if (self.parser == NULL)
        wrt_out_of_memory();
    xmlCtxtUseOptions(self.parser, XML_PARSE_NONET | XML_PARSE_IGNORE_ENC);
    parse(&self, body);
    xmlFreeDoc(self.parser->myDoc); /* made for a declaration of an entity; accepts NULL */
    xmlFreeParserCtxt(self.parser);
    wrt_buf_free(&self.text);
    if (err != NULL && has_failed(&self))
        *err = self.failure;
    return self.failure.code;
}
