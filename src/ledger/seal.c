/* seal.c: commitments made and opened, by one walk over a body.
 *
 * The walk copies a value and asks at each member whether something else stands there; it knows the
 * pointer (RFC 6901) of where it is. Its recursion is as deep as a body may be. */
#include "ledger/seal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "ledger/event.h"

enum { POINTER_MAX = 4096 };

/* Members that say what a person asked, gave or was told; the rules of an audit need the others. */
static const char *const SEALABLE[] = {"answer",   "args",   "data", "patient",
                                       "question", "result", "text"};

void wrt_openings_clear(wrt_openings *list) {
    for (size_t i = 0; i < list->n; i++) {
        free(list->item[i].pointer);
        free(list->item[i].value);
    }
    free(list->item);
    *list = (wrt_openings){0};
}

static wrt_opening *push(wrt_openings *list, const wrt_opening *opening) {
    if (list->n == list->room) {
        list->room = list->room > 0 ? 2 * list->room : 8;
        list->item = wrt_realloc(list->item, list->room * sizeof *list->item);
    }
    list->item[list->n] = *opening;
    return &list->item[list->n++];
}

static int compare(const wrt_opening *a, const wrt_opening *b) {
    int order = (a->seq > b->seq) - (a->seq < b->seq);
    return order != 0 ? order : strcmp(a->pointer, b->pointer);
}

static int compare_items(const void *a, const void *b) {
    return compare(a, b);
}

wrt_status wrt_openings_add(wrt_openings *list, const wrt_opening *found, wrt_err *err) {
    if (found->seq < 0 || strlen(found->pointer) > POINTER_MAX ||
        (list->n > 0 && compare(&list->item[list->n - 1], found) >= 0))
        return wrt_fail(err, WRT_E_INTEGRITY,
                        "the sealed values are not in the order of events and places");
    wrt_opening *kept = push(list, found);
    kept->pointer = wrt_strdup(found->pointer);
    kept->value = wrt_calloc(found->len + 1, 1);
    memcpy(kept->value, found->value, found->len);
    return WRT_OK;
}

const wrt_opening *wrt_openings_of(size_t *n, const wrt_openings *list, int64_t seq) {
    size_t low = 0, high = list->n;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (list->item[middle].seq < seq)
            low = middle + 1;
        else
            high = middle;
    }
    for (*n = 0; low + *n < list->n && list->item[low + *n].seq == seq;)
        (*n)++;
    return *n > 0 ? &list->item[low] : NULL;
}

const char *wrt_opening_name(const wrt_opening *opening) {
    const char *slash = strrchr(opening->pointer, '/');
    return slash != NULL ? slash + 1 : opening->pointer;
}

/* ---- names */

wrt_status wrt_seal_check_names(const wrt_json *names, wrt_err *err) {
    if (names != NULL && !wrt_json_is(names, WRT_JSON_ARRAY))
        return wrt_fail(err, WRT_E_INPUT, "sealed: a list of names is expected");
    WRT_JSON_EACH(name, names) {
        const char *text = wrt_json_text(name);
        size_t i = 0;
        while (text != NULL && i < sizeof SEALABLE / sizeof SEALABLE[0] &&
               strcmp(text, SEALABLE[i]) != 0)
            i++;
        if (text == NULL || i == sizeof SEALABLE / sizeof SEALABLE[0])
            return wrt_fail(err, WRT_E_INPUT,
                            "sealed: \"%.40s\" cannot be sealed; answer, args, data, inputs, "
                            "patient, question, result and text can",
                            text != NULL ? text : "?");
    }
    return WRT_OK;
}

bool wrt_seal_has_name(const wrt_json *names, const char *name) {
    WRT_JSON_EACH(entry, names)
    if (strcmp(wrt_json_text(entry), name) == 0)
        return true;
    return false;
}

/* ---- the walk */

/* What stands in the copy at `path` in place of value; NULL: a copy of it. name is NULL for an
 * element of an array. */
typedef wrt_json *(*replace_fn)(const char *path, const char *name, const wrt_json *value,
                                void *ctx);

typedef struct {
    wrt_buf path;
    replace_fn replace;
    void *ctx;
    int depth;
} body_walk;

static void add_token(wrt_buf *path, const char *name) {
    wrt_buf_add_char(path, '/');
    for (; *name != '\0'; name++) {
        if (*name == '~' || *name == '/')
            wrt_buf_add_c(path, *name == '~' ? "~0" : "~1");
        else
            wrt_buf_add_char(path, *name);
    }
}

static wrt_json *copied(body_walk *walk, const wrt_json *value);

static wrt_json *copied_child(body_walk *walk, const wrt_json *child, size_t index) {
    char number[24];
    const char *name = wrt_json_key(child);
    size_t before = walk->path.len;
    snprintf(number, sizeof number, "%zu", index);
    add_token(&walk->path, name != NULL ? name : number);
    wrt_json *out = NULL;
    if (!walk->path.overflow) /* a place with no name stays as it is */
        out = walk->replace(walk->path.ptr, name, child, walk->ctx);
    if (out == NULL)
        out = copied(walk, child);
    walk->path.len = before;
    walk->path.ptr[before] = '\0';
    walk->path.overflow = false;
    return out;
}

static wrt_json *copied(body_walk *walk, const wrt_json *value) {
    bool is_array = wrt_json_is(value, WRT_JSON_ARRAY);
    if ((!is_array && !wrt_json_is(value, WRT_JSON_OBJECT)) || walk->depth == WRT_JSON_DEPTH_MAX)
        return wrt_json_copy(value);
    wrt_json *out = is_array ? wrt_json_new_array() : wrt_json_new_object();
    size_t index = 0;
    walk->depth++;
    WRT_JSON_EACH(child, value) {
        wrt_json *copy = copied_child(walk, child, index++);
        if (is_array)
            wrt_json_push(out, copy);
        else
            wrt_json_set(out, wrt_json_key(child), copy);
    }
    walk->depth--;
    return out;
}

static wrt_json *copied_body(const wrt_json *body, replace_fn replace, void *ctx) {
    body_walk walk = {.path = wrt_buf_make(POINTER_MAX), .replace = replace, .ctx = ctx};
    wrt_json *out = copied(&walk, body);
    wrt_buf_free(&walk.path);
    return out;
}

/* ---- closing */

static wrt_sha256 commitment(const unsigned char salt[WRT_SALT_SIZE], wrt_str value) {
    const wrt_str parts[] = {{(const char *)salt, WRT_SALT_SIZE}, value};
    return wrt_sha256_of_parts(parts, 2);
}

typedef struct {
    wrt_openings *out;
    const wrt_json *names;
    const unsigned char *secret;
    int64_t seq;
} closing;

static void make_salt(unsigned char salt[WRT_SALT_SIZE], const closing *c, const char *path) {
    wrt_buf place = wrt_buf_make(POINTER_MAX + 32);
    wrt_buf_printf(&place, "%lld %s", (long long)c->seq, path);
    wrt_sha256 mac = wrt_hmac_sha256((wrt_str){(const char *)c->secret, 32}, wrt_buf_str(&place));
    memcpy(salt, mac.bytes, WRT_SALT_SIZE);
    wrt_buf_free(&place);
}

static wrt_json *close_value(const char *path, const char *name, const wrt_json *value, void *ctx) {
    closing *c = ctx;
    if (name == NULL || !wrt_seal_has_name(c->names, name) || wrt_json_is(value, WRT_JSON_NULL))
        return NULL;
    char hex[WRT_SHA256_HEX + 1];
    wrt_opening opening = {.seq = c->seq, .pointer = wrt_strdup(path)};
    wrt_buf bytes = wrt_buf_make(WRT_EVENT_BYTES_MAX);
    wrt_json_write_canonical(&bytes, value);
    make_salt(opening.salt, c, path);
    wrt_sha256 digest = commitment(opening.salt, wrt_buf_str(&bytes));
    opening.len = bytes.len;
    opening.value = wrt_buf_take(&bytes);
    push(c->out, &opening);
    wrt_sha256_hex(hex, &digest);
    wrt_json *out = wrt_json_new_object();
    wrt_json_set_text(out, "commit", hex);
    return out;
}

wrt_json *wrt_seal_body(wrt_openings *out, const wrt_json *body, const wrt_json *names,
                        const unsigned char secret[32], int64_t seq) {
    closing c = {out, names, secret, seq};
    wrt_json *closed = copied_body(body, close_value, &c);
    if (out->n > 1)
        qsort(out->item, out->n, sizeof *out->item, compare_items);
    return closed;
}

/* ---- opening */

bool wrt_is_commitment(const wrt_json *value) {
    wrt_sha256 digest;
    const char *hex = wrt_json_get_text(value, "commit", NULL);
    return hex != NULL && wrt_json_count(value) == 1 &&
           wrt_hex_decode(digest.bytes, WRT_SHA256_SIZE, wrt_str_of(hex));
}

typedef struct {
    const wrt_opening *opening;
    size_t n;
    size_t used, missing;
    const wrt_opening *bad;
} opener;

static const wrt_opening *find_opening(const opener *o, const char *path) {
    for (size_t i = 0; i < o->n; i++)
        if (strcmp(o->opening[i].pointer, path) == 0)
            return &o->opening[i];
    return NULL;
}

static wrt_json *open_value(const char *path, const char *name, const wrt_json *value, void *ctx) {
    opener *o = ctx;
    char hex[WRT_SHA256_HEX + 1];
    wrt_json *out = NULL;
    if (name == NULL || !wrt_is_commitment(value))
        return NULL;
    const wrt_opening *found = find_opening(o, path);
    if (found == NULL) {
        o->missing++;
        return NULL;
    }
    wrt_str bytes = {found->value, found->len};
    wrt_sha256 digest = commitment(found->salt, bytes);
    wrt_sha256_hex(hex, &digest);
    o->used++;
    if (strcmp(hex, wrt_json_get_text(value, "commit", "")) != 0 ||
        wrt_json_parse(&out, bytes, NULL) != WRT_OK)
        o->bad = o->bad == NULL ? found : o->bad;
    return out;
}

wrt_json *wrt_seal_open(size_t *missing, const wrt_opening **bad, const wrt_json *body,
                        const wrt_opening *opening, size_t n) {
    opener o = {.opening = opening, .n = n};
    wrt_json *out = copied_body(body, open_value, &o);
    *missing += o.missing;
    *bad = o.bad != NULL ? o.bad : o.used < n ? opening : NULL;
    if (*bad == NULL)
        return out;
    wrt_json_free(out);
    return NULL;
}
