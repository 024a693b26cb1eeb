/* writer.c: relations by number, checks before the sink, texts in the forms of the tables.
 *
 * The key of a relation is its texts, each with its terminator, and its flags: distinct relations
 * have distinct keys. */
#include "kg/formats/writer.h"

#include "base/arena.h"
#include "kg/formats/names.h"
#include "kg/predicates.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { REASON_MAX = 256, RELATIONS_MAX = 1 << 22, PMID_DIGITS_MAX = 9 };
/* A list of publications is kept free of repetitions up to this length. */
enum { DISTINCT_BYTES = 1 << 16 };

struct wrt_kg_writer {
    const wrt_kg_sink *sink;
    wrt_kg_names *relations, *nodes;
    uint32_t *numbers; /* of the sink, by our number */
    size_t room;
    wrt_buf key, attributes, qualifiers;
};

wrt_kg_writer *wrt_kg_writer_new(const wrt_kg_sink *sink) {
    wrt_kg_writer *writer = wrt_calloc(1, sizeof *writer);
    writer->sink = sink;
    writer->relations = wrt_kg_names_new();
    writer->nodes = wrt_kg_names_new();
    writer->key = wrt_buf_make(WRT_MIB(64));
    writer->attributes = wrt_buf_make(WRT_KG_ATTRIBUTES_MAX);
    writer->qualifiers = wrt_buf_make(WRT_KG_ATTRIBUTES_MAX);
    return writer;
}

void wrt_kg_writer_free(wrt_kg_writer *writer) {
    if (writer == NULL)
        return;
    wrt_kg_names_free(writer->relations);
    wrt_kg_names_free(writer->nodes);
    wrt_buf_free(&writer->key);
    wrt_buf_free(&writer->attributes);
    wrt_buf_free(&writer->qualifiers);
    free(writer->numbers);
    free(writer);
}

/* ---- rejects */

wrt_status wrt_kg_write_reject(const wrt_kg_writer *writer, uint64_t line, wrt_err *err,
                               const char *format, ...) {
    char reason[REASON_MAX];
    va_list args;
    va_start(args, format);
    int len = vsnprintf(reason, sizeof reason, format, args);
    va_end(args);
    size_t kept = len < 0 ? 0 : (size_t)len < sizeof reason ? (size_t)len : sizeof reason - 1;
    wrt_utf8_make_printable(reason, kept); /* a quoted text may have been cut inside a character */
    return writer->sink->reject(writer->sink->ctx, line, reason, err);
}

wrt_status wrt_kg_write_skip(const wrt_kg_writer *writer, uint64_t line, const char *reason,
                             wrt_err *err) {
    const wrt_kg_sink *sink = writer->sink;
    return (sink->skip != NULL ? sink->skip : sink->reject)(sink->ctx, line, reason, err);
}

/* ---- relations, nodes, edges */

static void write_key(wrt_buf *key, const wrt_kg_relation *relation) {
    const wrt_str texts[] = {relation->predicate,  relation->original, relation->qualifiers,
                             relation->level,      relation->agent,    relation->primary,
                             relation->aggregator, relation->license,  relation->source,
                             relation->version};
    wrt_buf_clear(key);
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        wrt_buf_add_str(key, texts[i]);
        wrt_buf_add_char(key, '\0');
    }
    wrt_buf_printf(key, "%d%d%d", relation->sign, relation->is_causal, relation->is_symmetric);
}

wrt_status wrt_kg_write_relation(uint32_t *out, wrt_kg_writer *writer,
                                 const wrt_kg_relation *relation, wrt_err *err) {
    bool is_new = false;
    write_key(&writer->key, relation);
    if (writer->key.overflow)
        return wrt_fail(err, WRT_E_LIMIT,
                        "an edge whose predicate and sources take more than 64 "
                        "MiB");
    uint32_t mine = wrt_kg_names_add(&is_new, writer->relations, wrt_buf_str(&writer->key));
    if (!is_new) {
        *out = writer->numbers[mine];
        return WRT_OK;
    }
    if (mine >= RELATIONS_MAX)
        return wrt_fail(err, WRT_E_LIMIT, "more than %d different relations in one file",
                        (int)RELATIONS_MAX);
    if (mine >= writer->room) {
        writer->room = writer->room == 0 ? 64 : writer->room * 2;
        writer->numbers = wrt_realloc(writer->numbers, writer->room * sizeof *writer->numbers);
    }
    wrt_status status = writer->sink->relation(out, writer->sink->ctx, relation, err);
    writer->numbers[mine] = *out;
    return status;
}

static const char *id_fault(wrt_str id) {
    if (id.len == 0)
        return "no id";
    return id.len > WRT_KG_ID_MAX ? "an id of more than 4096 bytes" : NULL;
}

wrt_status wrt_kg_write_node(wrt_kg_writer *writer, const wrt_kg_node_record *node, uint64_t line,
                             wrt_err *err) {
    const char *fault = id_fault(node->id);
    if (fault == NULL && writer->attributes.overflow)
        fault = "more than 8 MiB of attributes";
    if (fault != NULL)
        return wrt_kg_write_reject(writer, line, err, "the node has %s", fault);
    return writer->sink->node(writer->sink->ctx, node, err);
}

wrt_status wrt_kg_write_node_once(wrt_kg_writer *writer, const wrt_kg_node_record *node,
                                  uint64_t line, wrt_err *err) {
    bool is_new = true;
    if (id_fault(node->id) == NULL)
        (void)wrt_kg_names_add(&is_new, writer->nodes, node->id);
    return is_new ? wrt_kg_write_node(writer, node, line, err) : WRT_OK;
}

wrt_status wrt_kg_write_edge(wrt_kg_writer *writer, const wrt_kg_edge_record *edge, uint64_t line,
                             wrt_err *err) {
    const char *subject = id_fault(edge->subject), *object = id_fault(edge->object);
    if (subject != NULL)
        return wrt_kg_write_reject(writer, line, err, "the subject has %s", subject);
    if (object != NULL)
        return wrt_kg_write_reject(writer, line, err, "the object has %s", object);
    if (edge->id.len > WRT_KG_ID_MAX)
        return wrt_kg_write_reject(writer, line, err, "the edge has an id of more than 4096 bytes");
    if (writer->attributes.overflow || writer->qualifiers.overflow)
        return wrt_kg_write_reject(writer, line, err, "the edge has more than 8 MiB of attributes");
    return writer->sink->edge(writer->sink->ctx, edge, err);
}

/* ---- attributes */

static wrt_str render(wrt_buf *out, wrt_json *object) {
    wrt_buf_clear(out);
    if (wrt_json_count(object) > 0)
        wrt_json_write_canonical(out, object);
    wrt_json_free(object);
    return wrt_buf_str(out);
}

wrt_str wrt_kg_render(wrt_kg_writer *writer, wrt_json *object) {
    return render(&writer->attributes, object);
}

wrt_str wrt_kg_render_qualifiers(wrt_kg_writer *writer, wrt_json *object) {
    return render(&writer->qualifiers, object);
}

wrt_json *wrt_kg_copy_object(const wrt_json *value) {
    return wrt_json_is(value, WRT_JSON_OBJECT) ? wrt_json_copy(value) : NULL;
}

void wrt_kg_attribute(wrt_json *object, const char *key, wrt_str text) {
    if (text.len > 0)
        wrt_json_set(object, key, wrt_json_new_text(text));
}

void wrt_kg_attribute_list(wrt_json *object, const char *key, wrt_str text, char separator) {
    wrt_str item, rest = text;
    wrt_json *list = wrt_json_new_array();
    while (text.len > 0 && wrt_str_cut(&item, &rest, separator))
        if ((item = wrt_str_trim(item)).len > 0)
            wrt_json_push(list, wrt_json_new_text(item));
    if (wrt_json_count(list) > 0)
        wrt_json_set(object, key, list);
    else
        wrt_json_free(list);
}

void wrt_kg_attribute_number(wrt_json *object, const char *key, wrt_str text) {
    double value = 0;
    if (text.len > 0 && wrt_str_to_double(&value, text))
        wrt_json_set_number(object, key, value);
    else
        wrt_kg_attribute(object, key, text);
}

wrt_str wrt_kg_join(wrt_buf *out, const char *prefix, wrt_str text) {
    wrt_buf_clear(out);
    if (text.len == 0)
        return WRT_STR("");
    wrt_buf_add_c(out, prefix);
    wrt_buf_add_str(out, text);
    return wrt_buf_str(out);
}

/* ---- publications */

static bool is_digits(wrt_str text) {
    for (size_t i = 0; i < text.len; i++)
        if (text.ptr[i] < '0' || text.ptr[i] > '9')
            return false;
    return text.len > 0;
}

static bool take_prefix(wrt_str *text, const char *prefix) {
    size_t len = strlen(prefix);
    if (text->len < len || strncasecmp(text->ptr, prefix, len) != 0)
        return false;
    *text = wrt_str_trim((wrt_str){text->ptr + len, text->len - len});
    return true;
}

/* Without scheme and host of the addresses at which PubMed and PMC show an article. */
static void take_address(wrt_str *text) {
    static const char *const hosts[] = {"pubmed.ncbi.nlm.nih.gov/",
                                        "www.ncbi.nlm.nih.gov/pubmed/",
                                        "ncbi.nlm.nih.gov/pubmed/",
                                        "www.ncbi.nlm.nih.gov/pmc/articles/",
                                        "pmc.ncbi.nlm.nih.gov/articles/",
                                        "doi.org/",
                                        "dx.doi.org/"};
    wrt_str rest = *text;
    if (!take_prefix(&rest, "https://") && !take_prefix(&rest, "http://"))
        return;
    for (size_t i = 0; i < sizeof hosts / sizeof hosts[0]; i++)
        if (take_prefix(&rest, hosts[i])) {
            *text = rest;
            while (text->len > 0 && text->ptr[text->len - 1] == '/')
                text->len--;
            return;
        }
}

static bool stands_in(wrt_str list, wrt_str curie) {
    wrt_str item, rest = list;
    while (list.len > 0 && wrt_str_cut(&item, &rest, '|'))
        if (wrt_str_equal(item, curie))
            return true;
    return false;
}

static void add_once(wrt_buf *list, const char *prefix, wrt_str text) {
    wrt_buf curie = wrt_buf_make(WRT_KIB(4));
    wrt_buf_add_c(&curie, prefix);
    wrt_buf_add_str(&curie, text);
    bool is_short = list->len < DISTINCT_BYTES;
    if (!curie.overflow && !(is_short && stands_in(wrt_buf_str(list), wrt_buf_str(&curie)))) {
        if (list->len > 0)
            wrt_buf_add_char(list, '|');
        wrt_buf_add_str(list, wrt_buf_str(&curie));
    }
    wrt_buf_free(&curie);
}

bool wrt_kg_add_publication(wrt_buf *list, wrt_str text) {
    text = wrt_str_trim(text);
    take_address(&text);
    bool is_named = take_prefix(&text, "PMID:") || take_prefix(&text, "pubmed:");
    if (is_digits(text) && text.len <= PMID_DIGITS_MAX && text.ptr[0] != '0') {
        add_once(list, "PMID:", text);
        return true;
    }
    if (is_named || text.len == 0 || memchr(text.ptr, '|', text.len) != NULL)
        return false;
    (void)(take_prefix(&text, "PMCID:") || take_prefix(&text, "PMC:"));
    wrt_str number = text;
    if (take_prefix(&number, "PMC") && is_digits(number)) {
        add_once(list, "PMC:PMC", number);
        return true;
    }
    (void)take_prefix(&text, "doi:");
    if (text.len < 1000 && wrt_str_starts_with(text, WRT_STR("10.")) &&
        memchr(text.ptr, '/', text.len) != NULL && memchr(text.ptr, ' ', text.len) == NULL) {
        add_once(list, "DOI:", text);
        return true;
    }
    return false;
}

/* ---- sources */

/* Lower case; runs of blanks, dots and underscores become one hyphen; other signs are dropped. */
void wrt_kg_add_infores(wrt_buf *out, wrt_str source) {
    source = wrt_str_trim(source);
    if (source.len == 0 || wrt_str_starts_with(source, WRT_STR("infores:"))) {
        wrt_buf_add_str(out, source);
        return;
    }
    size_t start = out->len;
    wrt_buf_add_c(out, "infores:");
    char last = '-';
    for (size_t i = 0; i < source.len; i++) {
        char c = source.ptr[i];
        bool is_upper = c >= 'A' && c <= 'Z';
        bool is_word = is_upper || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
        bool is_gap = c == ' ' || c == '\t' || c == '.' || c == '_' || c == '-' || c == '/';
        if (is_word)
            wrt_buf_add_char(out, last = (char)(is_upper ? c - 'A' + 'a' : c));
        else if (is_gap && last != '-')
            wrt_buf_add_char(out, last = '-');
    }
    while (out->len > start + 8 && out->ptr[out->len - 1] == '-')
        out->ptr[--out->len] = '\0';
    if (out->len == start + 8) { /* nothing that a CURIE can hold */
        out->len = start;
        wrt_buf_add_str(out, source);
    }
}

/* Without what stands in brackets: "DrugBank (target)" is DrugBank. */
static wrt_str base_name(wrt_str source) {
    for (size_t i = 0; i < source.len; i++)
        if (source.ptr[i] == '(')
            return wrt_str_trim((wrt_str){source.ptr, i});
    return source;
}

void wrt_kg_single_source(wrt_kg_relation *relation, wrt_buf *room, wrt_str sources,
                          char separator) {
    wrt_str item, only = WRT_STR(""), rest = sources;
    while (sources.len > 0 && wrt_str_cut(&item, &rest, separator)) {
        item = base_name(wrt_str_trim(item));
        if (item.len == 0)
            continue;
        if (only.len > 0 && !wrt_str_equal(only, item))
            return;
        only = item;
    }
    if (only.len == 0)
        return;
    wrt_buf_clear(room);
    wrt_kg_add_infores(room, only);
    relation->aggregator = relation->primary;
    relation->primary = wrt_buf_str(room);
}

/* ---- signs */

static bool is_symmetric(wrt_str predicate) {
    static const char *const list[] = {"interacts_with",
                                       "physically_interacts_with",
                                       "directly_physically_interacts_with",
                                       "similar_to",
                                       "molecularly_interacts_with",
                                       "genetically_interacts_with",
                                       "in_complex_with",
                                       "chemically_similar_to",
                                       "coexists_with",
                                       "same_as",
                                       "exact_match",
                                       "close_match",
                                       "homologous_to",
                                       "orthologous_to",
                                       "associated_with",
                                       "correlated_with",
                                       "positively_correlated_with",
                                       "negatively_correlated_with",
                                       "coexpressed_with"};
    const wrt_str prefix = WRT_STR("biolink:");
    if (!wrt_str_starts_with(predicate, prefix))
        return false;
    predicate = (wrt_str){predicate.ptr + prefix.len, predicate.len - prefix.len};
    for (size_t i = 0; i < sizeof list / sizeof list[0]; i++)
        if (wrt_str_equal_c(predicate, list[i]))
            return true;
    return false;
}

static wrt_str member(const wrt_json *object, const char *key) {
    return wrt_str_of(wrt_json_get_text(object, key, ""));
}

void wrt_kg_read_assertion(wrt_kg_relation *relation, const wrt_json *qualifiers) {
    const wrt_kg_assertion assertion = {
        .predicate = relation->predicate,
        .original_predicate = relation->original,
        .qualified_predicate = member(qualifiers, "qualified_predicate"),
        .object_aspect = member(qualifiers, "object_aspect_qualifier"),
        .object_direction = member(qualifiers, "object_direction_qualifier"),
        .subject_direction = member(qualifiers, "subject_direction_qualifier"),
    };
    wrt_kg_assertion_read(&relation->sign, &relation->is_causal, &assertion);
    relation->is_symmetric = is_symmetric(relation->predicate);
}
