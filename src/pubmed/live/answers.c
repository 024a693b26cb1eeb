/* answers.c: the elements of E-utilities' answers, known by their paths. */
#include "pubmed/live/answers.h"

#include <stdlib.h>
#include <string.h>

#include "pubmed/live/xml.h"

/* A growing list of ids or texts, moved into the arena at the end. */
typedef struct {
    char *items;
    size_t n, room;
} list;

typedef struct {
    wrt_arena *arena;
    const char *root; /* the root element that is wanted; NULL: any */
    wrt_str error;    /* the first non-empty <ERROR> */
    bool has_count;
    wrt_eutils_answer answer;
    list ids, phrases, fields, ignored, messages;
    wrt_eutils_links link; /* the LinkSetDb that is open */
    int64_t source;        /* of the LinkSet that is open; 0: none yet */
    size_t n_sources;      /* ids of the LinkSet that is open */
    list links, sources;
} reading;

static void *add_item(list *to, size_t size) {
    if (to->n == to->room) {
        to->room = to->room == 0 ? 16 : 2 * to->room;
        to->items = wrt_realloc(to->items, to->room * size);
    }
    return to->items + size * to->n++;
}

static void *move_items(list *from, wrt_arena *arena, size_t size) {
    void *copy = wrt_arena_calloc(arena, from->n, size);
    if (from->n > 0)
        memcpy(copy, from->items, from->n * size);
    free(from->items);
    *from = (list){0};
    return copy;
}

static wrt_id_list take_ids(list *from, wrt_arena *arena) {
    size_t n = from->n;
    return (wrt_id_list){move_items(from, arena, sizeof(int64_t)), n};
}

static wrt_str_list take_texts(list *from, wrt_arena *arena) {
    size_t n = from->n;
    return (wrt_str_list){move_items(from, arena, sizeof(wrt_str)), n};
}

static wrt_str keep(wrt_arena *arena, wrt_str text) {
    if (text.len == 0)
        return WRT_STR("");
    return (wrt_str){wrt_arena_strdup(arena, text.ptr, text.len), text.len};
}

/* ---- values */

static wrt_status read_number(int64_t *out, wrt_str text, const char *what, wrt_err *err) {
    int64_t value = -1;
    if (!wrt_str_to_int64(&value, text) || value < 0 || value >= (int64_t)1 << 53)
        return wrt_fail(err, WRT_E_FAILED, "%s is not a number: \"%.*s\"", what,
                        (int)(text.len < 40 ? text.len : 40), text.ptr);
    *out = value;
    return WRT_OK;
}

static wrt_status add_id(list *to, wrt_str text, wrt_err *err) {
    int64_t id = 0;
    wrt_status status = read_number(&id, text, "an Id", err);
    if (status == WRT_OK && id == 0)
        status = wrt_fail(err, WRT_E_FAILED, "an Id is 0");
    if (status == WRT_OK && to->n >= WRT_EUTILS_IDS_MAX)
        status = wrt_fail(err, WRT_E_LIMIT, "more than %d ids in one answer", WRT_EUTILS_IDS_MAX);
    if (status == WRT_OK)
        *(int64_t *)add_item(to, sizeof(int64_t)) = id;
    return status;
}

static wrt_status add_text(reading *self, list *to, wrt_str text) {
    enum { TEXTS_MAX = 100 };
    if (to->n < TEXTS_MAX && text.len > 0)
        *(wrt_str *)add_item(to, sizeof(wrt_str)) = keep(self->arena, text);
    return WRT_OK;
}

static wrt_status set_text(reading *self, wrt_str *to, wrt_str text) {
    if (to->len == 0)
        *to = keep(self->arena, text);
    return WRT_OK;
}

/* True when path is root/tail. */
static bool is_at(const reading *self, const char *path, const char *tail) {
    size_t len = self->root != NULL ? strlen(self->root) : strcspn(path, "/");
    return strncmp(path, self->root != NULL ? self->root : path, len) == 0 && path[len] == '/' &&
           strcmp(path + len + 1, tail) == 0;
}

/* The first element must be the wanted root; an ERROR counts wherever it stands. */
static wrt_status check_place(reading *self, const char *path, bool is_close, wrt_str text,
                              wrt_err *err) {
    const char *name = strrchr(path, '/');
    if (!is_close && name == NULL && self->root != NULL && strcmp(path, self->root) != 0)
        return wrt_fail(err, WRT_E_FAILED, "the answer is <%.60s>, not <%s>", path, self->root);
    if (is_close && self->error.len == 0 && strcmp(name != NULL ? name + 1 : path, "ERROR") == 0)
        self->error = keep(self->arena, text);
    return WRT_OK;
}

/* ---- esearch, epost, espell */

static wrt_status on_answer_number(reading *self, const char *path, wrt_str text, wrt_err *err) {
    wrt_eutils_answer *answer = &self->answer;
    if (is_at(self, path, "Count")) {
        self->has_count = true;
        return read_number(&answer->count, text, "Count", err);
    }
    if (is_at(self, path, "RetMax"))
        return read_number(&answer->retmax, text, "RetMax", err);
    if (is_at(self, path, "RetStart"))
        return read_number(&answer->retstart, text, "RetStart", err);
    if (is_at(self, path, "QueryKey"))
        return read_number(&answer->query_key, text, "QueryKey", err);
    return is_at(self, path, "IdList/Id") ? add_id(&self->ids, text, err) : WRT_OK;
}

static wrt_status on_answer_text(reading *self, const char *path, wrt_str text) {
    wrt_eutils_answer *answer = &self->answer;
    if (is_at(self, path, "WebEnv"))
        return set_text(self, &answer->webenv, text);
    if (is_at(self, path, "QueryTranslation"))
        return set_text(self, &answer->translation, text);
    if (is_at(self, path, "CorrectedQuery"))
        return set_text(self, &answer->corrected, text);
    if (is_at(self, path, "ErrorList/PhraseNotFound") ||
        is_at(self, path, "WarningList/QuotedPhraseNotFound"))
        return add_text(self, &self->phrases, text);
    if (is_at(self, path, "ErrorList/FieldNotFound"))
        return add_text(self, &self->fields, text);
    if (is_at(self, path, "WarningList/PhraseIgnored"))
        return add_text(self, &self->ignored, text);
    return is_at(self, path, "WarningList/OutputMessage") ? add_text(self, &self->messages, text)
                                                          : WRT_OK;
}

static wrt_status on_answer(const char *path, bool is_close, wrt_str text, void *ctx,
                            wrt_err *err) {
    reading *self = ctx;
    wrt_status status = check_place(self, path, is_close, text, err);
    if (status == WRT_OK && is_close)
        status = on_answer_number(self, path, text, err);
    if (status == WRT_OK && is_close)
        status = on_answer_text(self, path, text);
    return status;
}

/* The failure of the reading, or of an <ERROR> in what was read. */
static wrt_status judge(const reading *self, wrt_status status, wrt_live_fault *fault,
                        wrt_err *err) {
    if (status == WRT_OK && self->error.len > 0) {
        wrt_live_fault_of_error_text(fault, self->error);
        return wrt_live_fault_fail(fault, "the service", err);
    }
    if (status == WRT_OK)
        return WRT_OK;
    wrt_str said = err != NULL ? wrt_str_of(err->message) : WRT_STR("");
    wrt_live_fault_set(fault,
                       status == WRT_E_UNAVAILABLE ? WRT_LIVE_CUT
                       : status == WRT_E_LIMIT     ? WRT_LIVE_OTHER
                                                   : WRT_LIVE_SHAPE,
                       said);
    return status;
}

static wrt_status read_answer(wrt_eutils_answer *out, reading *self, wrt_str body,
                              wrt_live_fault *fault, wrt_err *err) {
    wrt_err own = {0};
    wrt_status status = wrt_live_xml_read(body, on_answer, self, &own);
    wrt_eutils_answer *answer = &self->answer;
    answer->ids = take_ids(&self->ids, self->arena);
    answer->phrases_not_found = take_texts(&self->phrases, self->arena);
    answer->fields_not_found = take_texts(&self->fields, self->arena);
    answer->phrases_ignored = take_texts(&self->ignored, self->arena);
    answer->messages = take_texts(&self->messages, self->arena);
    *out = *answer;
    status = judge(self, status, fault, &own);
    if (status != WRT_OK && err != NULL)
        *err = own;
    return status;
}

/* A search that promises ids and shows none is not an empty result. */
static wrt_status check_search(const wrt_eutils_answer *answer, const reading *self,
                               wrt_live_fault *fault, wrt_err *err) {
    if (!self->has_count) {
        wrt_live_fault_set(fault, WRT_LIVE_SHAPE, WRT_STR("no Count in the answer"));
        return wrt_live_fault_fail(fault, "esearch", err);
    }
    bool is_promised = answer->retmax > 0 && answer->count > answer->retstart;
    if (is_promised && answer->ids.n == 0) {
        wrt_live_fault_set(fault, WRT_LIVE_BACKEND,
                           answer->messages.n > 0 ? answer->messages.items[0]
                                                  : WRT_STR("a count without its ids"));
        return wrt_live_fault_fail(fault, "esearch", err);
    }
    return WRT_OK;
}

wrt_status wrt_eutils_read_search(wrt_eutils_answer *out, wrt_arena *arena, wrt_str body,
                                  wrt_live_fault *fault, wrt_err *err) {
    reading self = {.arena = arena, .root = "eSearchResult"};
    wrt_status status = read_answer(out, &self, body, fault, err);
    return status == WRT_OK ? check_search(out, &self, fault, err) : status;
}

wrt_status wrt_eutils_read_post(wrt_eutils_answer *out, wrt_arena *arena, wrt_str body,
                                wrt_live_fault *fault, wrt_err *err) {
    reading self = {.arena = arena, .root = "ePostResult"};
    wrt_status status = read_answer(out, &self, body, fault, err);
    if (status == WRT_OK && (out->webenv.len == 0 || out->query_key == 0)) {
        wrt_live_fault_set(fault, WRT_LIVE_SHAPE, WRT_STR("no WebEnv or QueryKey in the answer"));
        return wrt_live_fault_fail(fault, "epost", err);
    }
    return status;
}

wrt_status wrt_eutils_read_spell(wrt_eutils_answer *out, wrt_arena *arena, wrt_str body,
                                 wrt_live_fault *fault, wrt_err *err) {
    reading self = {.arena = arena, .root = "eSpellResult"};
    return read_answer(out, &self, body, fault, err);
}

/* ---- elink */

static void close_links(reading *self) {
    self->link.ids = take_ids(&self->ids, self->arena);
    self->link.source = self->source;
    *(wrt_eutils_links *)add_item(&self->links, sizeof(wrt_eutils_links)) = self->link;
    self->link = (wrt_eutils_links){0};
}

/* One LinkSet per source was asked for; a set of several sources cannot be told apart. */
static wrt_status on_source(reading *self, wrt_str text, wrt_err *err) {
    if (++self->n_sources > 1)
        return wrt_fail(err, WRT_E_FAILED, "one LinkSet answers for several ids");
    wrt_status status = add_id(&self->sources, text, err);
    if (status == WRT_OK)
        self->source = ((const int64_t *)self->sources.items)[self->sources.n - 1];
    return status;
}

static wrt_status on_links(const char *path, bool is_close, wrt_str text, void *ctx, wrt_err *err) {
    reading *self = ctx;
    wrt_status status = check_place(self, path, is_close, text, err);
    if (status != WRT_OK)
        return status;
    if (!is_close && is_at(self, path, "LinkSet")) {
        self->source = 0;
        self->n_sources = 0;
    }
    if (!is_close)
        return WRT_OK;
    if (is_at(self, path, "LinkSet/IdList/Id"))
        return on_source(self, text, err);
    if (is_at(self, path, "LinkSet/LinkSetDb/LinkName"))
        return set_text(self, &self->link.name, text);
    if (is_at(self, path, "LinkSet/LinkSetDb/Link/Id"))
        return add_id(&self->ids, text, err);
    if (is_at(self, path, "LinkSet/LinkSetDb"))
        close_links(self);
    return WRT_OK;
}

wrt_status wrt_eutils_read_links(wrt_eutils_linked *out, wrt_arena *arena, wrt_str body,
                                 wrt_live_fault *fault, wrt_err *err) {
    reading self = {.arena = arena, .root = "eLinkResult"};
    wrt_err own = {0};
    wrt_status status = wrt_live_xml_read(body, on_links, &self, &own);
    out->n_links = self.links.n;
    out->links = move_items(&self.links, arena, sizeof(wrt_eutils_links));
    out->sources = take_ids(&self.sources, arena);
    free(self.ids.items);
    status = judge(&self, status, fault, &own);
    if (status != WRT_OK && err != NULL)
        *err = own;
    return status;
}

/* ---- any document */

static wrt_status on_any(const char *path, bool is_close, wrt_str text, void *ctx, wrt_err *err) {
    return check_place(ctx, path, is_close, text, err);
}

void wrt_eutils_find_error(wrt_live_fault *fault, wrt_str body) {
    wrt_err own = {0};
    reading self = {.arena = wrt_arena_new()};
    fault->kind = WRT_LIVE_NONE;
    wrt_status status = wrt_live_xml_read(body, on_any, &self, &own);
    (void)judge(&self, status, fault, &own);
    wrt_arena_free(self.arena);
}

/* ---- ecitmatch */

/* "journal|year|volume|page|author|key|PMID": the last two fields count. */
static wrt_status read_match(wrt_eutils_match *out, wrt_str line, wrt_err *err) {
    wrt_str fields[7], rest = line;
    size_t n = 0;
    while (n < 7 && wrt_str_cut(&fields[n], &rest, '|'))
        n++;
    if (n < 7)
        return wrt_fail(err, WRT_E_FAILED, "a line of the answer has %zu fields, not 7", n);
    *out = (wrt_eutils_match){.key = fields[5], .reason = wrt_str_trim(fields[6])};
    int64_t pmid = 0;
    if (wrt_str_to_int64(&pmid, out->reason) && pmid > 0 && pmid < (int64_t)1 << 53)
        *out = (wrt_eutils_match){.key = fields[5], .pmid = pmid};
    return WRT_OK;
}

wrt_status wrt_eutils_read_matches(wrt_eutils_matches *out, wrt_arena *arena, wrt_str body,
                                   wrt_live_fault *fault, wrt_err *err) {
    list matches = {0};
    wrt_err own = {0};
    wrt_status status =
        wrt_utf8_valid(body) ? WRT_OK : wrt_fail(&own, WRT_E_FAILED, "the answer is not UTF-8");
    wrt_str line, rest = status == WRT_OK ? keep(arena, body) : WRT_STR("");
    while (status == WRT_OK && wrt_str_cut(&line, &rest, '\n')) {
        line = wrt_str_trim(line);
        wrt_eutils_match match;
        if (line.len == 0)
            continue;
        status = read_match(&match, line, &own);
        if (status == WRT_OK)
            *(wrt_eutils_match *)add_item(&matches, sizeof match) = match;
    }
    out->n = matches.n;
    out->matches = move_items(&matches, arena, sizeof(wrt_eutils_match));
    if (status != WRT_OK) {
        wrt_live_fault_set(fault, WRT_LIVE_SHAPE, wrt_str_of(own.message));
        if (err != NULL)
            *err = own;
    }
    return status;
}
