/* paper.c: look-ups of names and records; the sentences of a record. */
#include "agent/literature/paper.h"

#include "agent/act/lookup.h"
#include "agent/literature/abbreviation.h"
#include "agent/literature/design.h"
#include "base/arena.h"
#include "pubmed/search.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FIELD_MAX = 32 };

wrt_library wrt_library_make(void) {
    return (wrt_library){.names = wrt_json_new_object(), .records = wrt_json_new_object()};
}

void wrt_library_free(wrt_library *library) {
    wrt_json_free(library->names);
    wrt_json_free(library->records);
    *library = (wrt_library){0};
}

/* An answer of a look-up with its number, kept under a key; borrowed. */
static const wrt_json *keep(wrt_json *shelf, const char *key, const wrt_turn *turn,
                            const char *member, wrt_json *value) {
    wrt_json *entry = wrt_json_new_object();
    wrt_json_set_int(entry, "n", turn->lookups);
    wrt_json_set(entry, member, value != NULL ? value : wrt_json_new_null());
    wrt_json_set(shelf, key, entry);
    return wrt_json_get(shelf, key);
}

/* ---- names */

static void push_once(wrt_json *list, const char *text) {
    WRT_JSON_EACH(item, list)
    if (strcmp(wrt_json_text(item), text) == 0)
        return;
    wrt_json_push_text(list, text);
}

static wrt_status look_names(wrt_json **found, const wrt_json *query, void *ctx, wrt_err *err) {
    wrt_json *node = NULL, *names = wrt_json_new_array();
    const char *also = wrt_json_get_text(query, "also", NULL);
    const char *id = wrt_json_get_text(query, "id", NULL);
    wrt_status status = id != NULL ? wrt_kg_node(&node, ctx, id, err) : WRT_OK;
    if (node != NULL)
        push_once(names, wrt_json_get_text(node, "name", "?"));
    if (also != NULL)
        push_once(names, also);
    WRT_JSON_EACH(synonym, wrt_json_get(node, "synonyms"))
    if (wrt_json_text(synonym) != NULL && wrt_json_count(names) < WRT_TERMS_MAX)
        push_once(names, wrt_json_text(synonym));
    wrt_json_free(node);
    if (status == WRT_OK)
        *found = names;
    else
        wrt_json_free(names);
    return status;
}

wrt_status wrt_library_names(wrt_named *out, wrt_library *library, wrt_turn *turn,
                             const wrt_json *node, wrt_err *err) {
    const char *id = wrt_json_get_text(node, "id", NULL);
    const char *key = id != NULL ? id : wrt_json_get_text(node, "text", "?");
    const wrt_json *entry = wrt_json_get(library->names, key);
    wrt_status status = WRT_OK;
    if (entry == NULL) {
        wrt_json *query = wrt_json_new_object(), *names = NULL;
        if (id != NULL)
            wrt_json_set_text(query, "id", id);
        if (wrt_json_get_text(node, "text", NULL) != NULL)
            wrt_json_set(query, "also", wrt_json_copy(wrt_json_get(node, "text")));
        status = wrt_lookup(&names, turn, "names", query, look_names, turn->config->kg, err);
        if (status == WRT_OK)
            entry = keep(library->names, key, turn, "names", names);
    }
    out->n = wrt_json_get_int(entry, "n", 0);
    wrt_terms_read(&out->terms, wrt_json_get(entry, "names"));
    return status;
}

/* ---- records */

static wrt_status look_record(wrt_json **found, const wrt_json *query, void *ctx, wrt_err *err) {
    wrt_arena *arena = wrt_arena_new();
    wrt_pubmed_article article;
    bool is_held = false;
    int64_t pmid = 0;
    wrt_status status = WRT_OK;
    if (wrt_pubmed_pmid_of_text(&pmid, wrt_str_of(wrt_json_get_text(query, "pmid", ""))))
        status = wrt_pubmed_store_get(&is_held, &article, ctx, arena, pmid, err);
    if (status == WRT_OK)
        *found = is_held ? wrt_pubmed_article_json(&article) : wrt_json_new_null();
    wrt_arena_free(arena);
    return status;
}

wrt_status wrt_library_record(const wrt_json **record, int64_t *n, wrt_library *library,
                              wrt_turn *turn, const char *pmid, wrt_err *err) {
    const wrt_json *entry = wrt_json_get(library->records, pmid);
    wrt_status status = WRT_OK;
    if (entry == NULL) {
        wrt_json *query = wrt_json_new_object(), *found = NULL;
        wrt_json_set_text(query, "pmid", pmid);
        status = wrt_lookup(&found, turn, "record", query, look_record, turn->config->pubmed, err);
        if (status == WRT_OK)
            entry = keep(library->records, pmid, turn, "record", found);
    }
    *n = wrt_json_get_int(entry, "n", 0);
    *record = wrt_json_get(entry, "record");
    if (!wrt_json_is(*record, WRT_JSON_OBJECT))
        *record = NULL;
    return status;
}

static wrt_json *found_json(const wrt_pubmed_results *results) {
    wrt_json *found = wrt_json_new_object(), *hits = wrt_json_new_array();
    for (size_t i = 0; i < results->n; i++) {
        char pmid[24];
        wrt_json *hit = wrt_json_new_object();
        snprintf(pmid, sizeof pmid, "%lld", (long long)results->hits[i].pmid);
        wrt_json_set_text(hit, "pmid", pmid);
        wrt_json_set_text(hit, "status", wrt_pubmed_status_name(results->hits[i].status));
        wrt_json_push(hits, hit);
    }
    wrt_json_set(found, "hits", hits);
    wrt_json_set_int(found, "seen", results->seen);
    wrt_json_set_int(found, "total", results->total);
    return found;
}

static wrt_status look_search(wrt_json **found, const wrt_json *query, void *ctx, wrt_err *err) {
    wrt_arena *arena = wrt_arena_new();
    const wrt_pubmed_query asked = {.limit = (size_t)wrt_json_get_int(query, "limit", 1),
                                    .include_retracted = true};
    wrt_pubmed_results results;
    wrt_status status = wrt_pubmed_search(
        &results, ctx, arena, wrt_str_of(wrt_json_get_text(query, "query", "")), &asked, err);
    if (status == WRT_OK)
        *found = found_json(&results);
    wrt_arena_free(arena);
    return status;
}

wrt_status wrt_library_search(wrt_json **out, wrt_turn *turn, const char *query, int limit,
                              wrt_err *err) {
    wrt_json *asked = wrt_json_new_object();
    wrt_json_set_text(asked, "query", query);
    wrt_json_set_int(asked, "limit", limit);
    return wrt_lookup(out, turn, "search", asked, look_search, turn->config->pubmed, err);
}

/* ---- sentences */

/* "abstract[12]" as 12; false for another name. */
static bool section_index(size_t *out, const char *field) {
    static const char stem[] = "abstract[";
    size_t len = strlen(field), lead = sizeof stem - 1;
    int64_t index = 0;
    if (len < lead + 2 || strncmp(field, stem, lead) != 0 || field[len - 1] != ']' ||
        !wrt_str_to_int64(&index, (wrt_str){field + lead, len - lead - 1}) || index < 0)
        return false;
    *out = (size_t)index;
    return true;
}

const char *wrt_paper_field(const wrt_json *record, const char *field) {
    size_t index = 0;
    if (strcmp(field, "title") == 0)
        return wrt_json_get_text(record, "title", NULL);
    if (!section_index(&index, field))
        return NULL;
    return wrt_json_get_text(wrt_json_at(wrt_json_get(record, "abstract"), index), "text", NULL);
}

bool wrt_paper_title_names(const wrt_json *record, const wrt_terms *terms) {
    wrt_sentences reader;
    wrt_sentence sentence;
    wrt_mention found;
    wrt_sentences_start(&reader, wrt_str_of(wrt_json_get_text(record, "title", "")));
    while (wrt_sentences_next(&sentence, &reader))
        if (wrt_terms_find(&found, 1, terms, &sentence) > 0)
            return true;
    return false;
}

/* A section of results or conclusions, by NLM's category or by its own label. */
static bool states_findings(const wrt_json *section) {
    static const char *const names[] = {"RESULTS", "CONCLUSIONS", "CONCLUSION", "FINDINGS",
                                        "INTERPRETATION"};
    const char *category = wrt_json_get_text(section, "category", "");
    const char *label = wrt_json_get_text(section, "label", "");
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strcmp(category, names[i]) == 0 || strcmp(label, names[i]) == 0)
            return true;
    return false;
}

static bool has_sections(const wrt_json *record) {
    const wrt_json *first = wrt_json_first(wrt_json_get(record, "abstract"));
    return wrt_json_get_text(first, "label", NULL) != NULL ||
           wrt_json_count(wrt_json_get(record, "abstract")) > 1;
}

static wrt_json *sentence_json(const wrt_sentence *sentence, const char *text, const char *field,
                               const wrt_reading *reading) {
    wrt_json *out = wrt_json_new_object();
    wrt_str said = wrt_str_trim(sentence->text);
    size_t start = (size_t)(said.ptr - text);
    wrt_json_set_text(out, "field", field);
    wrt_json_set_int(out, "start", (int64_t)start);
    wrt_json_set_int(out, "end", (int64_t)(start + said.len));
    wrt_json_set(out, "text", wrt_json_new_text(said));
    wrt_json_set_text(out, "direction", wrt_direction_name(reading->direction));
    wrt_json_set_text(out, "class", wrt_gate_name(reading->class));
    wrt_json_set_bool(out, "association", reading->is_association);
    wrt_json_set_bool(out, "animals", reading->is_animal);
    return out;
}

typedef struct {
    wrt_terms treatment, outcome; /* with what the paper calls them for short */
    wrt_reading_names names;
    bool is_animal; /* the whole paper is about animals */
    wrt_json *list;
} collection;

/* own: all sentences of the field are findings; last_only: its last one is. */
static void read_field(collection *c, const char *text, const char *field, bool own,
                       bool last_only) {
    wrt_sentences *reader = wrt_calloc(1, sizeof *reader);
    wrt_sentence sentence;
    wrt_sentences_start(reader, wrt_str_of(text));
    while (wrt_sentences_next(&sentence, reader) &&
           wrt_json_count(c->list) < WRT_PAPER_SENTENCES_MAX) {
        wrt_reading reading;
        wrt_reading_of(&reading, &sentence, &c->names);
        reading.is_animal = reading.is_animal || c->is_animal;
        if (!reading.names_treatment || !reading.names_outcome || sentence.is_cut ||
            !wrt_utf8_valid(sentence.text))
            continue;
        wrt_json *found = sentence_json(&sentence, text, field, &reading);
        bool is_last = wrt_str_trim(reader->rest).len == 0;
        wrt_json_set_bool(found, "own", own || (last_only && is_last));
        wrt_json_push(c->list, found);
    }
    free(reader);
}

static collection *begin_collection(const wrt_json *record, const wrt_reading_names *names) {
    collection *c = wrt_calloc(1, sizeof *c);
    wrt_abbreviations_of(&c->treatment, names->treatment, record);
    wrt_abbreviations_of(&c->outcome, names->outcome, record);
    c->names = (wrt_reading_names){&c->treatment, &c->outcome, names->outcome_is_disease};
    c->is_animal = wrt_design_is_animal(record);
    c->list = wrt_json_new_array();
    return c;
}

wrt_json *wrt_paper_sentences(const wrt_json *record, const wrt_reading_names *names) {
    collection *c = begin_collection(record, names);
    const char *title = wrt_json_get_text(record, "title", NULL);
    bool sections = has_sections(record);
    char field[FIELD_MAX];
    size_t k = 0;
    if (title != NULL)
        read_field(c, title, "title", true, false);
    WRT_JSON_EACH(section, wrt_json_get(record, "abstract")) {
        const char *text = wrt_json_get_text(section, "text", NULL);
        snprintf(field, sizeof field, "abstract[%zu]", k++);
        if (text != NULL)
            read_field(c, text, field, sections && states_findings(section), !sections);
    }
    wrt_json *list = c->list;
    free(c);
    return list;
}
