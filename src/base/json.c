/* json.c: the value API, over cJSON nodes.
 *
 * Getters take anything and answer with a fallback; builders take only what the header allows and
 * treat the rest as a mistake of the program. Depth is capped where text comes in, so walking a
 * value by recursion, here and in cJSON, is bounded. */
#include "base/json_internal.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static const double INTEGER_MAX = 9007199254740991.0; /* 2^53 - 1 */

wrt_json *wrt_json_own(cJSON *value) {
    if (value == NULL) {
        wrt_out_of_memory();
    }
    return (wrt_json *)value;
}

void wrt_json_append(cJSON *container, cJSON *child) {
    if (!cJSON_AddItemToArray(container, child)) {
        wrt_out_of_memory();
    }
}

void wrt_json_free(wrt_json *root) {
    cJSON_Delete(wrt_json_node(root));
}

/* A value that leaves its object loses the name it had there. */
static wrt_json *without_key(cJSON *node) {
    cJSON_free(node->string);
    node->string = NULL;
    return (wrt_json *)node;
}

wrt_json *wrt_json_copy(const wrt_json *value) {
    if (value == NULL) {
        return NULL;
    }
    return without_key(wrt_json_node(wrt_json_own(cJSON_Duplicate(wrt_json_node_const(value), 1))));
}

/* ---- reading */

wrt_json_type wrt_json_typeof(const wrt_json *value) {
    if (value == NULL) {
        return WRT_JSON_NULL;
    }
    switch (wrt_json_node_const(value)->type & 0xFF) {
    case cJSON_False:
    case cJSON_True:
        return WRT_JSON_BOOL;
    case cJSON_Number:
        return WRT_JSON_NUMBER;
    case cJSON_String:
        return WRT_JSON_STRING;
    case cJSON_Array:
        return WRT_JSON_ARRAY;
    case cJSON_Object:
        return WRT_JSON_OBJECT;
    default:
        return WRT_JSON_NULL;
    }
}

const char *wrt_json_type_name(wrt_json_type type) {
    static const char *const names[] = {"null", "boolean", "number", "string", "array", "object"};
    assert((size_t)type < sizeof names / sizeof names[0]);
    return names[type];
}

bool wrt_json_is(const wrt_json *value, wrt_json_type type) {
    return value != NULL && wrt_json_typeof(value) == type;
}

static bool is_container(const wrt_json *value) {
    return wrt_json_is(value, WRT_JSON_ARRAY) || wrt_json_is(value, WRT_JSON_OBJECT);
}

size_t wrt_json_count(const wrt_json *value) {
    size_t count = 0;
    WRT_JSON_EACH(item, value) {
        count++;
    }
    return count;
}

/* Member whose name is the len bytes at key. */
static cJSON *find_member(const wrt_json *object, const char *key, size_t len) {
    if (!wrt_json_is(object, WRT_JSON_OBJECT)) {
        return NULL;
    }
    for (cJSON *member = wrt_json_node_const(object)->child; member; member = member->next) {
        if (strncmp(member->string, key, len) == 0 && member->string[len] == '\0') {
            return member;
        }
    }
    return NULL;
}

const wrt_json *wrt_json_get(const wrt_json *object, const char *key) {
    return (const wrt_json *)find_member(object, key, strlen(key));
}

const wrt_json *wrt_json_at(const wrt_json *array, size_t index) {
    if (!wrt_json_is(array, WRT_JSON_ARRAY)) {
        return NULL;
    }
    WRT_JSON_EACH(item, array) {
        if (index-- == 0) {
            return item;
        }
    }
    return NULL;
}

const wrt_json *wrt_json_first(const wrt_json *container) {
    return is_container(container) ? (const wrt_json *)wrt_json_node_const(container)->child : NULL;
}

const wrt_json *wrt_json_next(const wrt_json *element) {
    return element == NULL ? NULL : (const wrt_json *)wrt_json_node_const(element)->next;
}

const char *wrt_json_key(const wrt_json *member) {
    return member == NULL ? NULL : wrt_json_node_const(member)->string;
}

const char *wrt_json_text(const wrt_json *value) {
    return wrt_json_is(value, WRT_JSON_STRING) ? wrt_json_node_const(value)->valuestring : NULL;
}

double wrt_json_number(const wrt_json *value, double fallback) {
    return wrt_json_is(value, WRT_JSON_NUMBER) ? wrt_json_node_const(value)->valuedouble : fallback;
}

bool wrt_json_bool(const wrt_json *value, bool fallback) {
    if (!wrt_json_is(value, WRT_JSON_BOOL)) {
        return fallback;
    }
    return (wrt_json_node_const(value)->type & 0xFF) == cJSON_True;
}

bool wrt_json_is_integer(const wrt_json *value) {
    if (!wrt_json_is(value, WRT_JSON_NUMBER)) {
        return false;
    }
    double number = wrt_json_node_const(value)->valuedouble;
    return fabs(number) <= INTEGER_MAX && number == floor(number);
}

const char *wrt_json_get_text(const wrt_json *object, const char *key, const char *fallback) {
    const char *text = wrt_json_text(wrt_json_get(object, key));
    return text != NULL ? text : fallback;
}

double wrt_json_get_number(const wrt_json *object, const char *key, double fallback) {
    return wrt_json_number(wrt_json_get(object, key), fallback);
}

int64_t wrt_json_get_int(const wrt_json *object, const char *key, int64_t fallback) {
    const wrt_json *value = wrt_json_get(object, key);
    return wrt_json_is_integer(value) ? (int64_t)wrt_json_number(value, 0) : fallback;
}

bool wrt_json_get_bool(const wrt_json *object, const char *key, bool fallback) {
    return wrt_json_bool(wrt_json_get(object, key), fallback);
}

const wrt_json *wrt_json_path(const wrt_json *root, const char *dotted) {
    wrt_str rest = wrt_str_of(dotted);
    wrt_str part;
    while (root != NULL && wrt_str_cut(&part, &rest, '.')) {
        root = (const wrt_json *)find_member(root, part.ptr, part.len);
    }
    return root;
}

static bool equal_arrays(const wrt_json *a, const wrt_json *b) {
    a = wrt_json_first(a);
    b = wrt_json_first(b);
    while (a != NULL && b != NULL && wrt_json_equal(a, b)) {
        a = wrt_json_next(a);
        b = wrt_json_next(b);
    }
    return a == NULL && b == NULL;
}

static bool equal_objects(const wrt_json *a, const wrt_json *b) {
    size_t count_a;
    size_t count_b;
    const cJSON **members_a = wrt_json_sorted_members(wrt_json_node_const(a), &count_a);
    const cJSON **members_b = wrt_json_sorted_members(wrt_json_node_const(b), &count_b);
    bool equal = count_a == count_b;
    for (size_t i = 0; equal && i < count_a; i++) {
        equal = strcmp(members_a[i]->string, members_b[i]->string) == 0 &&
                wrt_json_equal((const wrt_json *)members_a[i], (const wrt_json *)members_b[i]);
    }
    free(members_a);
    free(members_b);
    return equal;
}

bool wrt_json_equal(const wrt_json *a, const wrt_json *b) {
    wrt_json_type type = wrt_json_typeof(a);
    if (a == NULL || b == NULL || type != wrt_json_typeof(b)) {
        return a == b;
    }
    switch (type) {
    case WRT_JSON_NULL:
        return true;
    case WRT_JSON_BOOL:
        return wrt_json_bool(a, false) == wrt_json_bool(b, false);
    case WRT_JSON_NUMBER:
        return wrt_json_number(a, 0) == wrt_json_number(b, 0);
    case WRT_JSON_STRING:
        return strcmp(wrt_json_text(a), wrt_json_text(b)) == 0;
    case WRT_JSON_ARRAY:
        return equal_arrays(a, b);
    case WRT_JSON_OBJECT:
        return equal_objects(a, b);
    }
    return false;
}

/* ---- building */

wrt_json *wrt_json_new_object(void) {
    return wrt_json_own(cJSON_CreateObject());
}

wrt_json *wrt_json_new_array(void) {
    return wrt_json_own(cJSON_CreateArray());
}

char *wrt_json_copy_bytes(wrt_str text) {
    char *copy = cJSON_malloc(text.len + 1);
    if (copy == NULL) {
        wrt_out_of_memory();
    }
    if (text.len != 0) {
        memcpy(copy, text.ptr, text.len);
    }
    copy[text.len] = '\0';
    return copy;
}

wrt_json *wrt_json_new_text(wrt_str text) {
    assert(wrt_utf8_valid(text));
    assert(text.len == 0 || memchr(text.ptr, '\0', text.len) == NULL);
    cJSON *node = wrt_json_node(wrt_json_own(cJSON_CreateNull()));
    node->type = cJSON_String;
    node->valuestring = wrt_json_copy_bytes(text);
    return (wrt_json *)node;
}

wrt_json *wrt_json_new_c(const char *text) {
    return text == NULL ? wrt_json_new_null() : wrt_json_new_text(wrt_str_of(text));
}

wrt_json *wrt_json_new_number(double value) {
    assert(isfinite(value));
    return isfinite(value) ? wrt_json_own(cJSON_CreateNumber(value)) : wrt_json_new_null();
}

wrt_json *wrt_json_new_int(int64_t value) {
    assert(fabs((double)value) <= INTEGER_MAX);
    return wrt_json_new_number((double)value);
}

wrt_json *wrt_json_new_bool(bool value) {
    return wrt_json_own(cJSON_CreateBool(value));
}

wrt_json *wrt_json_new_null(void) {
    return wrt_json_own(cJSON_CreateNull());
}

void wrt_json_set(wrt_json *object, const char *key, wrt_json *value) {
    assert(wrt_json_is(object, WRT_JSON_OBJECT) && value != object);
    assert(wrt_utf8_valid(wrt_str_of(key)));
    cJSON *owner = wrt_json_node(object);
    cJSON *old = wrt_json_node(wrt_json_get_mut(object, key));
    if (value == NULL) {
        cJSON_Delete(old == NULL ? NULL : cJSON_DetachItemViaPointer(owner, old));
        return;
    }
    cJSON *node = wrt_json_node(value);
    if (old == node) {
        return;
    }
    (void)without_key(node);
    if (old == NULL) {
        node->string = wrt_json_copy_bytes(wrt_str_of(key));
        wrt_json_append(owner, node);
        return;
    }
    node->string = old->string; /* the name moves to the new value */
    old->string = NULL;
    if (!cJSON_ReplaceItemViaPointer(owner, old, node)) {
        wrt_out_of_memory();
    }
}

void wrt_json_set_text(wrt_json *object, const char *key, const char *text) {
    wrt_json_set(object, key, wrt_json_new_c(text));
}

void wrt_json_set_int(wrt_json *object, const char *key, int64_t value) {
    wrt_json_set(object, key, wrt_json_new_int(value));
}

void wrt_json_set_number(wrt_json *object, const char *key, double value) {
    wrt_json_set(object, key, wrt_json_new_number(value));
}

void wrt_json_set_bool(wrt_json *object, const char *key, bool value) {
    wrt_json_set(object, key, wrt_json_new_bool(value));
}

void wrt_json_push(wrt_json *array, wrt_json *value) {
    assert(wrt_json_is(array, WRT_JSON_ARRAY) && value != NULL && value != array);
    wrt_json_append(wrt_json_node(array), wrt_json_node(value));
}

void wrt_json_push_text(wrt_json *array, const char *text) {
    wrt_json_push(array, wrt_json_new_c(text));
}

wrt_json *wrt_json_get_mut(wrt_json *object, const char *key) {
    return (wrt_json *)find_member(object, key, strlen(key));
}

wrt_json *wrt_json_take(wrt_json *object, const char *key) {
    cJSON *member = wrt_json_node(wrt_json_get_mut(object, key));
    if (member == NULL) {
        return NULL;
    }
    return without_key(cJSON_DetachItemViaPointer(wrt_json_node(object), member));
}
