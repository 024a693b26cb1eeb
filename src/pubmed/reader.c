/* reader.c: libxml2's SAX2 push parser, with its doors closed.
 *
 * A stack of places says where the parser is; text below a text place is collected until its end
 * tag. Only the handlers named in `handlers` exist, so no tree is built, no DTD is loaded and no
 * entity is looked up; a declaration of an entity or a reference to one ends the reading.
 *
 * Invariant: once reader->failure.code is set, no handler does anything. */
#include "pubmed/pubmed.h"

#include "base/arena.h"
#include "base/file.h"
#include "pubmed/record.h"

#include <errno.h>
#include <libxml/parser.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ATTRIBUTE_MAX = 1024, RECORD_ITEM_COST = 256 };

struct wrt_pubmed_reader {
    xmlParserCtxtPtr parser;
    wrt_pubmed_fn fn;
    void *ctx;
    wrt_pubmed_place places[WRT_PUBMED_DEPTH_MAX + 1]; /* [0] is the document */
    int depth;
    const wrt_pubmed_row *row; /* of the text that is being collected, or NULL */
    int text_depth;
    wrt_buf text, math; /* math: the current text node inside MathML */
    char a[ATTRIBUTE_MAX], b[ATTRIBUTE_MAX];
    bool has_a, has_b;
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

static bool is_blank(char byte) {
    return byte == ' ' || byte == '\t' || byte == '\r' || byte == '\n';
}

static wrt_str trimmed(wrt_str text) {
    while (text.len > 0 && is_blank(text.ptr[0]))
        text.ptr++, text.len--;
    while (text.len > 0 && is_blank(text.ptr[text.len - 1]))
        text.len--;
    return text;
}

/* Ends the text node inside MathML that was open, if any. */
static void flush_math(wrt_pubmed_reader *reader) {
    if (reader->math.len > 0)
        wrt_buf_add_str(&reader->text, trimmed(wrt_buf_str(&reader->math)));
    if (reader->math.overflow)
        reader->text.overflow = true;
    wrt_buf_clear(&reader->math);
}

/* Collapses white space in place and trims. */
static wrt_str normalise(wrt_buf *text) {
    size_t used = 0;
    for (size_t i = 0; i < text->len; i++) {
        bool blank = is_blank(text->ptr[i]);
        if (blank && (used == 0 || text->ptr[used - 1] == ' '))
            continue;
        text->ptr[used++] = blank ? ' ' : text->ptr[i];
    }
    if (used > 0 && text->ptr[used - 1] == ' ')
        used--;
    return (wrt_str){text->len > 0 ? text->ptr : "", used};
}

static void on_text(void *context, const xmlChar *bytes, int len) {
    wrt_pubmed_reader *reader = context;
    if (has_failed(reader) || reader->row == NULL || len <= 0)
        return;
    bool in_math = reader->places[reader->depth] == PLACE_MATH;
    wrt_buf_add(in_math ? &reader->math : &reader->text, bytes, (size_t)len);
    if (reader->text.overflow || reader->math.overflow)
        stop(reader, WRT_E_LIMIT, "the text of %s is longer than %d bytes", reader->row->name,
             WRT_PUBMED_TEXT_MAX);
}

/* ---- elements */

/* A parser that does not substitute entities hands each ampersand of an attribute on as "&#38;". */
static void decode_ampersands(char *out, wrt_str value) {
    static const wrt_str ampersand = {"&#38;", 5};
    size_t used = 0;
    while (value.len > 0) {
        size_t taken = wrt_str_starts_with(value, ampersand) ? ampersand.len : 1;
        out[used++] = value.ptr[0];
        value.ptr += taken;
        value.len -= taken;
    }
    out[used] = '\0';
}

static bool copy_attribute(char out[ATTRIBUTE_MAX], wrt_pubmed_reader *reader, const xmlChar *begin,
                           const xmlChar *end) {
    wrt_str value = trimmed((wrt_str){(const char *)begin, (size_t)(end - begin)});
    if (value.len >= ATTRIBUTE_MAX || !wrt_utf8_valid(value)) {
        stop(reader, value.len >= ATTRIBUTE_MAX ? WRT_E_LIMIT : WRT_E_INPUT,
             "an attribute is longer than %d bytes or not valid UTF-8", ATTRIBUTE_MAX - 1);
        return false;
    }
    decode_ampersands(out, value);
    return true;
}

/* libxml2 gives five pointers per attribute: name, prefix, URI, begin and end of the value. */
static void take_attributes(wrt_pubmed_reader *reader, const wrt_pubmed_row *row, int n,
                            const xmlChar **attributes) {
    reader->has_a = reader->has_b = false;
    for (int i = 0; i < n && !has_failed(reader); i++) {
        const xmlChar **attribute = attributes + (ptrdiff_t)5 * i;
        const char *name = (const char *)attribute[0];
        if (row->a != NULL && strcmp(name, row->a) == 0)
            reader->has_a = copy_attribute(reader->a, reader, attribute[3], attribute[4]);
        else if (row->b != NULL && strcmp(name, row->b) == 0)
            reader->has_b = copy_attribute(reader->b, reader, attribute[3], attribute[4]);
    }
}

static wrt_pubmed_item item_of(const wrt_pubmed_reader *reader, const wrt_pubmed_row *row) {
    return (wrt_pubmed_item){
        row, reader->has_a ? reader->a : NULL, reader->has_b ? reader->b : NULL, {"", 0}};
}

static void charge(wrt_pubmed_reader *reader, size_t bytes) {
    reader->record_size += bytes + RECORD_ITEM_COST;
    if (reader->record_size > WRT_PUBMED_ARTICLE_MAX && !has_failed(reader))
        stop(reader, WRT_E_LIMIT, "an article is larger than %d bytes", WRT_PUBMED_ARTICLE_MAX);
}

static void enter(wrt_pubmed_reader *reader, const wrt_pubmed_row *row) {
    wrt_pubmed_item item = item_of(reader, row);
    bool is_outer = row->place == PLACE_ARTICLE || row->place == PLACE_CITATION;
    if (row->place >= PLACE_TEXT) {
        reader->row = row;
        reader->text_depth = reader->depth;
        wrt_buf_clear(&reader->text);
        wrt_buf_clear(&reader->math);
    } else if (is_outer && reader->record.article == NULL) {
        wrt_pubmed_record_open(&reader->record);
        reader->record_size = 0;
    } else if (row->place == PLACE_BOOK) {
        reader->counts.books++;
    } else if (reader->record.article != NULL) {
        charge(reader, 0);
        wrt_pubmed_record_enter(&reader->record, &item);
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
    if (reader->row != NULL) {
        flush_math(reader);
        reader->places[reader->depth] = place_in_text(parent, name);
        return;
    }
    const wrt_pubmed_row *row = wrt_pubmed_row_of(parent, name);
    reader->places[reader->depth] = row != NULL ? row->place : PLACE_SKIP;
    if (row == NULL && parent == PLACE_DOCUMENT)
        stop(reader, WRT_E_INPUT,
             "the root element is %.80s, not PubmedArticleSet, PubmedArticle, MedlineCitationSet "
             "or MedlineCitation",
             name);
    if (row == NULL)
        return;
    take_attributes(reader, row, n_attributes, attributes);
    if (!has_failed(reader))
        enter(reader, row);
}

static void finish_text(wrt_pubmed_reader *reader) {
    wrt_pubmed_item item = item_of(reader, reader->row);
    wrt_err err = {0};
    item.text = normalise(&reader->text);
    reader->row = NULL;
    if (!wrt_utf8_valid(item.text)) {
        stop(reader, WRT_E_INPUT, "the text of %s is not valid UTF-8", item.row->name);
    } else if (item.row->place == PLACE_DELETED_PMID) {
        reader->counts.deleted++;
    } else if (reader->record.article != NULL) {
        charge(reader, item.text.len);
        if (!has_failed(reader) && wrt_pubmed_record_text(&reader->record, &item, &err) != WRT_OK)
            stop(reader, err.code, "%s", err.message);
    }
}

static void finish_article(wrt_pubmed_reader *reader) {
    wrt_json *article = NULL;
    wrt_err err = {0};
    wrt_status status = wrt_pubmed_record_close(&article, &reader->record, &err);
    if (status != WRT_OK) {
        stop(reader, status, "%s", err.message);
        return;
    }
    reader->counts.articles++;
    status = reader->fn(article, reader->ctx, &err);
    wrt_json_free(article);
    if (status != WRT_OK) {
        reader->failure = err;
        reader->failure.code = status;
        xmlStopParser(reader->parser);
    }
}

static void on_end(void *context, const xmlChar *localname, const xmlChar *prefix,
                   const xmlChar *uri) {
    wrt_pubmed_reader *reader = context;
    (void)localname, (void)prefix, (void)uri;
    if (has_failed(reader) || reader->depth == 0)
        return;
    if (reader->row != NULL)
        flush_math(reader);
    wrt_pubmed_place place = reader->places[reader->depth];
    bool ends_text = reader->row != NULL && reader->depth == reader->text_depth;
    wrt_pubmed_place parent = reader->places[--reader->depth];
    if (ends_text)
        finish_text(reader);
    else if (place == PLACE_ARTICLE || (place == PLACE_CITATION && parent != PLACE_ARTICLE))
        finish_article(reader);
    else if (reader->record.article != NULL && reader->row == NULL)
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

wrt_pubmed_reader *wrt_pubmed_reader_new(wrt_pubmed_fn fn, void *ctx) {
    wrt_pubmed_reader *reader = wrt_calloc(1, sizeof *reader);
    xmlSAXHandler sax = handlers();
    xmlInitParser();
    reader->parser = xmlCreatePushParserCtxt(&sax, reader, NULL, 0, NULL);
    if (reader->parser == NULL)
        wrt_out_of_memory();
    xmlCtxtUseOptions(reader->parser, XML_PARSE_NONET | XML_PARSE_IGNORE_ENC);
    reader->fn = fn;
    reader->ctx = ctx;
    reader->places[0] = PLACE_DOCUMENT;
    reader->text = wrt_buf_make(WRT_PUBMED_TEXT_MAX);
    reader->math = wrt_buf_make(WRT_PUBMED_TEXT_MAX);
    return reader;
}

void wrt_pubmed_reader_free(wrt_pubmed_reader *reader) {
    if (reader == NULL)
        return;
    xmlFreeDoc(reader->parser->myDoc); /* libxml2 keeps refused declarations in one of its own */
    xmlFreeParserCtxt(reader->parser);
    wrt_pubmed_record_clear(&reader->record);
    wrt_buf_free(&reader->text);
    wrt_buf_free(&reader->math);
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
        stop(reader, WRT_E_UNSUPPORTED,
             "gzip data is not read here: pipe it, as in `gzip -dc FILE | ... -`");
    else if (is_first && begin != '<' && begin != 0xef && !is_blank((char)begin))
        stop(reader, WRT_E_INPUT, "the input does not begin as UTF-8 XML, with \"<\"");
    else if (bytes.len > 0 && memchr(bytes.ptr, 0, bytes.len) != NULL)
        stop(reader, WRT_E_INPUT, "a NUL byte: the input must be UTF-8 text");
}

wrt_status wrt_pubmed_push(wrt_pubmed_reader *reader, wrt_str bytes, wrt_err *err) {
    if (!has_failed(reader))
        check_bytes(reader, bytes);
    for (size_t at = 0; at < bytes.len && !has_failed(reader); at += WRT_PUBMED_PIECE) {
        size_t len = bytes.len - at < WRT_PUBMED_PIECE ? bytes.len - at : WRT_PUBMED_PIECE;
        xmlParseChunk(reader->parser, bytes.ptr + at, (int)len, 0);
        check_parser(reader);
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

static wrt_status push_stream(wrt_pubmed_reader *reader, FILE *file, wrt_err *err) {
    char *piece = wrt_calloc(1, WRT_PUBMED_PIECE);
    wrt_status status = WRT_OK;
    size_t got = 0;
    while (status == WRT_OK && (got = fread(piece, 1, WRT_PUBMED_PIECE, file)) > 0)
        status = wrt_pubmed_push(reader, (wrt_str){piece, got}, err);
    if (status == WRT_OK && ferror(file))
        status = wrt_fail(err, WRT_E_FAILED, "cannot be read: %s", strerror(errno));
    free(piece);
    return status;
}

wrt_status wrt_pubmed_read_file(wrt_pubmed_counts *counts, const char *path, wrt_pubmed_fn fn,
                                void *ctx, wrt_err *err) {
    bool is_stdin = strcmp(path, "-") == 0;
    const char *name = is_stdin ? "standard input" : wrt_path_base(path);
    FILE *file = is_stdin ? stdin : fopen(path, "rb");
    if (file == NULL)
        return wrt_fail(err, errno == ENOENT ? WRT_E_NOT_FOUND : WRT_E_INPUT,
                        "%s: cannot be opened: %s", name, strerror(errno));
    wrt_pubmed_reader *reader = wrt_pubmed_reader_new(fn, ctx);
    wrt_status status = push_stream(reader, file, err);
    bool is_ours = status != WRT_OK && reader->failure.code == WRT_OK;
    if (status == WRT_OK || !is_ours)
        status = wrt_pubmed_finish(counts, reader, err);
    if (status != WRT_OK)
        wrt_err_prefix(err, "%s", name);
    wrt_pubmed_reader_free(reader);
    if (!is_stdin)
        (void)fclose(file);
    return status;
}
