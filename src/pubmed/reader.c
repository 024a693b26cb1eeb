/* reader.c: libxml2's SAX2 push parser, with its doors closed.
 *
 * A stack of places says where the parser is; text below a text place is collected until its end
 * tag. Only the handlers named in `handlers` exist, so no tree is built, no DTD is loaded and no
 * entity is looked up; a declaration of an entity or a reference to one ends the reading.
 *
 * Invariant: once reader->failure.code is set, no handler does anything. */
#include "pubmed/reader.h"

#include "pubmed/record.h"
#include "pubmed/text.h"

#include <libxml/parser.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ITEM_COST = 256 }; /* bytes */

struct wrt_pubmed_reader {
    xmlParserCtxtPtr parser;
    wrt_pubmed_sink sink;
    void *ctx;
    wrt_pubmed_shape shape;
    wrt_pubmed_place places[WRT_PUBMED_DEPTH_MAX + 1]; /* [0] is the document */
    int depth;
    wrt_pubmed_item item; /* of the text that is being collected; row NULL: none is */
    int text_depth;
    wrt_pubmed_text text;
    wrt_pubmed_record record;
    size_t record_size;
    wrt_pubmed_counts counts;
    bool is_started;
    wrt_err failure;
};

/* ---- failing */

__attribute__((format(printf, 3, 4))) static void
note_failure(wrt_pubmed_reader *reader, wrt_status code, const char *format, ...) {
    char message[WRT_ERR_MESSAGE_MAX];
    va_list args;
    va_start(args, format);
    vsnprintf(message, sizeof message, format, args);
    va_end(args);
    wrt_utf8_make_printable(message, strlen(message));
    wrt_fail(&reader->failure, code, "line %d: %s", xmlSAX2GetLineNumber(reader->parser), message);
}

#define stop(reader, ...) (note_failure((reader), __VA_ARGS__), xmlStopParser((reader)->parser))

static bool has_failed(const wrt_pubmed_reader *reader) {
    return reader->failure.code != WRT_OK;
}

static wrt_status report(const wrt_pubmed_reader *reader, wrt_err *err) {
    if (err != NULL)
        *err = reader->failure;
    return reader->failure.code;
}

/* libxml2's own errors: the first fatal one counts, warnings and namespace remarks do not. The
 * parser has switched its handlers off by itself; stopping it from here would pull the input away
 * under the function that complains. */
static void on_error(void *context, xmlErrorPtr error) {
    wrt_pubmed_reader *reader = context;
    if (has_failed(reader) || error->level != XML_ERR_FATAL || error->code == XML_ERR_USER_STOP)
        return;
    char text[200];
    snprintf(text, sizeof text, "%s", error->message != NULL ? error->message : "not XML");
    text[strcspn(text, "\r\n")] = '\0';
    note_failure(reader, WRT_E_INPUT, "the XML is not well formed or was cut off: %s", text);
}

static void on_entity_declaration(void *context, const xmlChar *name, int type,
                                  const xmlChar *public_id, const xmlChar *system_id,
                                  xmlChar *content) {
    wrt_pubmed_reader *reader = context;
    (void)type, (void)public_id, (void)system_id, (void)content;
    if (!has_failed(reader))
        stop(reader, WRT_E_INPUT, "entity declarations are not accepted (\"%.80s\")",
             (const char *)name);
}

static void on_reference(void *context, const xmlChar *name) {
    wrt_pubmed_reader *reader = context;
    if (!has_failed(reader))
        stop(reader, WRT_E_INPUT,
             "entity \"%.80s\" is not known: only the five predefined ones and numbers are",
             (const char *)name);
}

/* ---- text */

static void on_text(void *context, const xmlChar *bytes, int len) {
    wrt_pubmed_reader *reader = context;
    if (reader->item.row == NULL || len <= 0 || has_failed(reader))
        return;
    wrt_str piece = {(const char *)bytes, (size_t)len};
    if (!wrt_pubmed_text_add(&reader->text, piece, reader->places[reader->depth] == PLACE_MATH))
        stop(reader, WRT_E_LIMIT, "the text of %s is longer than %d bytes", reader->item.row->name,
             WRT_PUBMED_TEXT_MAX);
}

/* ---- elements */

static void charge(wrt_pubmed_reader *reader, size_t bytes) {
    reader->record_size += bytes + ITEM_COST;
    if (reader->record_size > WRT_PUBMED_ARTICLE_MAX && !has_failed(reader))
        stop(reader, WRT_E_LIMIT, "an article is larger than %d bytes", WRT_PUBMED_ARTICLE_MAX);
}

/* A parser that does not substitute entities hands each ampersand of an attribute on as "&#38;". */
static wrt_str decoded(wrt_arena *arena, wrt_str value) {
    static const wrt_str ampersand = {"&#38;", 5};
    char *out = wrt_arena_alloc(arena, value.len + 1);
    size_t used = 0;
    while (value.len > 0) {
        size_t taken = wrt_str_starts_with(value, ampersand) ? ampersand.len : 1;
        out[used++] = value.ptr[0];
        value.ptr += taken;
        value.len -= taken;
    }
    return (wrt_str){out, used};
}

static wrt_str take_attribute(wrt_pubmed_reader *reader, const xmlChar *begin, const xmlChar *end) {
    wrt_str value = wrt_pubmed_trim((wrt_str){(const char *)begin, (size_t)(end - begin)});
    if (value.len > WRT_PUBMED_TAG_MAX || !wrt_utf8_valid(value)) {
        stop(reader, value.len > WRT_PUBMED_TAG_MAX ? WRT_E_LIMIT : WRT_E_INPUT,
             "an attribute is longer than %d bytes or not valid UTF-8", WRT_PUBMED_TAG_MAX);
        return (wrt_str){"", 0};
    }
    charge(reader, value.len);
    return decoded(reader->record.arena, value);
}

/* libxml2 gives five pointers per attribute: name, prefix, URI, begin and end of the value. Wanted
 * ones are looked for only where an article is open. */
static wrt_pubmed_item item_of(wrt_pubmed_reader *reader, const wrt_pubmed_row *row, int n,
                               const xmlChar **attributes) {
    wrt_pubmed_item item = {.row = row};
    for (int i = 0; i < n && row->attributes[0] != NULL && !has_failed(reader); i++) {
        const xmlChar **attribute = attributes + (ptrdiff_t)5 * i;
        for (int k = 0; k < WRT_PUBMED_ATTRIBUTES && row->attributes[k] != NULL; k++)
            if (strcmp((const char *)attribute[0], row->attributes[k]) == 0)
                item.attributes[k] = take_attribute(reader, attribute[3], attribute[4]);
    }
    return item;
}

static void open_record(wrt_pubmed_reader *reader, wrt_pubmed_place place) {
    bool is_outer =
        place == PLACE_ARTICLE || place == PLACE_CITATION || place == PLACE_BOOK_ARTICLE;
    if (!is_outer || reader->record.article != NULL)
        return;
    wrt_pubmed_record_open(&reader->record, place == PLACE_BOOK_ARTICLE);
    reader->record_size = 0;
}

static void enter(wrt_pubmed_reader *reader, const wrt_pubmed_item *item) {
    if (item->row->place >= PLACE_TEXT) {
        reader->item = *item;
        reader->text_depth = reader->depth;
        wrt_pubmed_text_clear(&reader->text);
    } else if (reader->record.article != NULL) {
        charge(reader, 0);
        wrt_pubmed_record_enter(&reader->record, item);
    }
}

static wrt_pubmed_place place_in_text(wrt_pubmed_place parent, const char *name) {
    return parent == PLACE_MATH || strcmp(name, "math") == 0 ? PLACE_MATH : PLACE_INLINE;
}

static void on_start(void *context, const xmlChar *localname, const xmlChar *prefix,
                     const xmlChar *uri, int n_namespaces, const xmlChar **namespaces,
                     int n_attributes, int n_defaulted, const xmlChar **attributes) {
    wrt_pubmed_reader *reader = context;
    const char *name = (const char *)localname;
    (void)prefix, (void)uri, (void)n_namespaces, (void)namespaces, (void)n_defaulted;
    if (has_failed(reader))
        return;
    if (reader->depth >= WRT_PUBMED_DEPTH_MAX) {
        stop(reader, WRT_E_LIMIT, "elements are nested deeper than %d", WRT_PUBMED_DEPTH_MAX);
        return;
    }
    wrt_pubmed_place parent = reader->places[reader->depth++];
    if (reader->item.row != NULL) {
        wrt_pubmed_text_end_node(&reader->text);
        reader->places[reader->depth] = place_in_text(parent, name);
        return;
    }
    const wrt_pubmed_row *row =
        parent == PLACE_SKIP ? NULL : wrt_pubmed_shape_find(&reader->shape, parent, name);
    reader->places[reader->depth] = row != NULL ? row->place : PLACE_SKIP;
    if (row == NULL && parent == PLACE_DOCUMENT)
        stop(reader, WRT_E_INPUT,
             "the root element is %.80s, not PubmedArticleSet, MedlineCitationSet or one article",
             name);
    if (row == NULL)
        return;
    open_record(reader, row->place);
    wrt_pubmed_item item = item_of(reader, row, n_attributes, attributes);
    if (!has_failed(reader))
        enter(reader, &item);
}

/* A failure of a callback is handed on as it is. */
static void stop_as(wrt_pubmed_reader *reader, wrt_status status, const wrt_err *err) {
    reader->failure = *err;
    reader->failure.code = status;
    xmlStopParser(reader->parser);
}

static void finish_deleted(wrt_pubmed_reader *reader, wrt_str text) {
    int64_t pmid = 0;
    wrt_err err = {0};
    if (!wrt_pubmed_pmid_of_text(&pmid, text)) {
        stop(reader, WRT_E_INPUT, "a deleted PMID must be 1 to 10 digits and not 0, not \"%.*s\"",
             (int)(text.len < 40 ? text.len : 40), text.ptr);
        return;
    }
    reader->counts.deleted++;
    wrt_status status =
        reader->sink.deleted != NULL ? reader->sink.deleted(pmid, reader->ctx, &err) : WRT_OK;
    if (status != WRT_OK)
        stop_as(reader, status, &err);
}

static void finish_text(wrt_pubmed_reader *reader) {
    wrt_pubmed_item item = reader->item;
    wrt_err err = {0};
    item.text = wrt_pubmed_text_finish(&reader->text);
    reader->item.row = NULL;
    if (reader->text.all.overflow) {
        stop(reader, WRT_E_LIMIT, "the text of %s is longer than %d bytes", item.row->name,
             WRT_PUBMED_TEXT_MAX);
    } else if (!wrt_utf8_valid(item.text)) {
        stop(reader, WRT_E_INPUT, "the text of %s is not valid UTF-8", item.row->name);
    } else if (item.row->place == PLACE_DELETED_PMID) {
        finish_deleted(reader, item.text);
    } else if (reader->record.article != NULL) {
        charge(reader, item.text.len);
        if (!has_failed(reader) && wrt_pubmed_record_text(&reader->record, &item, &err) != WRT_OK)
            stop(reader, err.code, "%s", err.message);
    }
}

static void finish_article(wrt_pubmed_reader *reader) {
    const wrt_pubmed_article *article = NULL;
    wrt_err err = {0};
    if (wrt_pubmed_record_close(&article, &reader->record, &err) != WRT_OK) {
        stop(reader, err.code, "%s", err.message);
        return;
    }
    reader->counts.articles += !article->is_book;
    reader->counts.books += article->is_book;
    wrt_status status =
        reader->sink.article != NULL ? reader->sink.article(article, reader->ctx, &err) : WRT_OK;
    wrt_pubmed_record_clear(&reader->record);
    if (status != WRT_OK)
        stop_as(reader, status, &err);
}

static void on_end(void *context, const xmlChar *localname, const xmlChar *prefix,
                   const xmlChar *uri) {
    wrt_pubmed_reader *reader = context;
    (void)localname, (void)prefix, (void)uri;
    if (has_failed(reader) || reader->depth == 0)
        return;
    bool is_in_text = reader->item.row != NULL;
    bool ends_text = is_in_text && reader->depth == reader->text_depth;
    if (is_in_text)
        wrt_pubmed_text_end_node(&reader->text);
    wrt_pubmed_place place = reader->places[reader->depth];
    wrt_pubmed_place parent = reader->places[--reader->depth];
    if (ends_text)
        finish_text(reader);
    else if (place == PLACE_ARTICLE || place == PLACE_BOOK_ARTICLE ||
             (place == PLACE_CITATION && parent != PLACE_ARTICLE))
        finish_article(reader);
    else if (reader->record.article != NULL && !is_in_text)
        wrt_pubmed_record_leave(&reader->record, place);
}

/* ---- the reader */

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

wrt_pubmed_reader *wrt_pubmed_reader_new(wrt_pubmed_sink sink, void *ctx) {
    wrt_pubmed_reader *reader = wrt_calloc(1, sizeof *reader);
    xmlSAXHandler sax = handlers();
    xmlInitParser();
    reader->parser = xmlCreatePushParserCtxt(&sax, reader, NULL, 0, NULL);
    if (reader->parser == NULL)
        wrt_out_of_memory();
    xmlCtxtUseOptions(reader->parser, XML_PARSE_NONET | XML_PARSE_IGNORE_ENC);
    reader->sink = sink;
    reader->ctx = ctx;
    reader->places[0] = PLACE_DOCUMENT;
    reader->text = wrt_pubmed_text_make(WRT_PUBMED_TEXT_MAX);
    wrt_pubmed_shape_make(&reader->shape);
    return reader;
}

void wrt_pubmed_reader_free(wrt_pubmed_reader *reader) {
    if (reader == NULL)
        return;
    xmlFreeDoc(reader->parser->myDoc); /* libxml2 keeps refused declarations in one of its own */
    xmlFreeParserCtxt(reader->parser);
    wrt_pubmed_record_clear(&reader->record);
    wrt_pubmed_text_free(&reader->text);
    free(reader);
}

/* What libxml2 refused without a message of its own. */
static void check_parser(wrt_pubmed_reader *reader) {
    if (!has_failed(reader) && reader->parser->wellFormed == 0)
        stop(reader, WRT_E_INPUT, "the XML is not well formed");
}

/* PubMed is UTF-8. libxml2 guesses other encodings from the first four bytes, and differently when
 * they arrive apart, so what could make it guess is refused here: a first byte that begins neither
 * a tag, white space nor a UTF-8 byte order mark, and any NUL. */
static void check_bytes(wrt_pubmed_reader *reader, wrt_str bytes) {
    unsigned char begin = bytes.len > 0 ? (unsigned char)bytes.ptr[0] : '<';
    bool is_first = !reader->is_started;
    reader->is_started = reader->is_started || bytes.len > 0;
    if (is_first && begin == 0x1f) /* first byte of RFC 1952 */
        stop(reader, WRT_E_UNSUPPORTED, "gzip data must be unpacked before it is pushed");
    else if (is_first && begin != '<' && begin != 0xef && !wrt_pubmed_is_blank((char)begin))
        stop(reader, WRT_E_INPUT, "the input does not begin as UTF-8 XML, with \"<\"");
    else if (bytes.len > 0 && memchr(bytes.ptr, 0, bytes.len) != NULL)
        stop(reader, WRT_E_INPUT, "a NUL byte: the input must be UTF-8 text");
}

/* libxml2 waits for the whole of a tag, a comment or an internal subset, and its work on a tag
 * grows with the square of the attributes; what waits beyond the cap is refused. Looked at where a
 * piece of the stream ends, so that it matters little in which pieces the bytes were pushed. */
static void check_waiting(wrt_pubmed_reader *reader) {
    const xmlParserInput *input = reader->parser->input;
    bool is_piece_end = reader->counts.bytes % WRT_PUBMED_PIECE == 0;
    if (!has_failed(reader) && is_piece_end && input != NULL &&
        input->end - input->cur > WRT_PUBMED_TAG_MAX)
        stop(reader, WRT_E_LIMIT, "a tag, comment or document type is longer than %d bytes",
             WRT_PUBMED_TAG_MAX);
}

wrt_status wrt_pubmed_push(wrt_pubmed_reader *reader, wrt_str bytes, wrt_err *err) {
    if (!has_failed(reader))
        check_bytes(reader, bytes);
    while (bytes.len > 0 && !has_failed(reader)) {
        size_t room = WRT_PUBMED_PIECE - (size_t)(reader->counts.bytes % WRT_PUBMED_PIECE);
        size_t len = bytes.len < room ? bytes.len : room;
        xmlParseChunk(reader->parser, bytes.ptr, (int)len, 0);
        reader->counts.bytes += (int64_t)len;
        check_parser(reader);
        check_waiting(reader);
        bytes.ptr += len;
        bytes.len -= len;
    }
    return has_failed(reader) ? report(reader, err) : WRT_OK;
}

wrt_status wrt_pubmed_finish(wrt_pubmed_counts *counts, wrt_pubmed_reader *reader, wrt_err *err) {
    if (!has_failed(reader) && !reader->is_started)
        wrt_fail(&reader->failure, WRT_E_INPUT, "the input is empty: PubMed XML is expected");
    if (!has_failed(reader)) {
        xmlParseChunk(reader->parser, "", 0, 1);
        check_parser(reader);
    }
    if (counts != NULL)
        *counts = reader->counts;
    return has_failed(reader) ? report(reader, err) : WRT_OK;
}

static wrt_status push_input(wrt_pubmed_reader *reader, wrt_input *input, wrt_err *err) {
    wrt_str piece = {"", 0};
    wrt_status status = wrt_input_read(&piece, input, err);
    while (status == WRT_OK && piece.len > 0) {
        status = wrt_pubmed_push(reader, piece, err);
        if (status == WRT_OK)
            status = wrt_input_read(&piece, input, err);
    }
    return status;
}

wrt_status wrt_pubmed_read_input(wrt_pubmed_counts *counts, wrt_input *input, wrt_pubmed_sink sink,
                                 void *ctx, wrt_err *err) {
    wrt_pubmed_reader *reader = wrt_pubmed_reader_new(sink, ctx);
    wrt_status status = push_input(reader, input, err);
    bool is_ours = status != WRT_OK && !has_failed(reader); /* the file's fault, not the XML's */
    wrt_err ignored = {0};
    wrt_status end = wrt_pubmed_finish(counts, reader, is_ours ? &ignored : err);
    wrt_pubmed_reader_free(reader);
    if (is_ours)
        return status;
    if (end != WRT_OK)
        wrt_err_prefix(err, "%s", wrt_input_name(input));
    return end;
}

wrt_status wrt_pubmed_read_file(wrt_pubmed_counts *counts, const char *path, wrt_pubmed_sink sink,
                                void *ctx, wrt_err *err) {
    wrt_input *input = NULL;
    wrt_status status = wrt_input_open(&input, path, err);
    if (status != WRT_OK)
        return status;
    status = wrt_pubmed_read_input(counts, input, sink, ctx, err);
    wrt_input_close(input);
    return status;
}
