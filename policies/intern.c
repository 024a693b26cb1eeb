/* intern.c: see intern.h. The hash is FNV-1a (Fowler, Noll, Vo); tables are built from rule files
 * when they are loaded and only read afterwards. */
#include "policies/intern.h"

#include "base/arena.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

static size_t hash_of(size_t scope, const char *text) {
    uint64_t hash = UINT64_C(14695981039346656037) ^ (uint64_t)scope;
    hash *= UINT64_C(1099511628211);
    for (; *text != '\0'; text++)
        hash = (hash ^ (unsigned char)*text) * UINT64_C(1099511628211);
    return (size_t)(hash ^ (hash >> 32));
}

/* The entry of the text, or the empty one where it belongs. */
static wrt_interned *find_place(const wrt_interner *table, size_t scope, const char *text) {
    size_t mask = table->room - 1;
    size_t at = hash_of(scope, text) & mask;
    while (table->entries[at].text != NULL &&
           (table->entries[at].scope != scope || strcmp(table->entries[at].text, text) != 0))
        at = (at + 1) & mask;
    return &table->entries[at];
}

static void grow(wrt_interner *table) {
    wrt_interner larger = {.room = table->room == 0 ? 64 : table->room * 2, .count = table->count};
    larger.entries = wrt_calloc(larger.room, sizeof *larger.entries);
    for (size_t i = 0; i < table->room; i++) {
        const wrt_interned *old = &table->entries[i];
        if (old->text != NULL)
            *find_place(&larger, old->scope, old->text) = *old;
    }
    free(table->entries);
    *table = larger;
}

size_t wrt_intern_add(wrt_interner *table, size_t scope, const char *text) {
    if (2 * (table->count + 1) > table->room)
        grow(table);
    wrt_interned *entry = find_place(table, scope, text);
    if (entry->text == NULL)
        *entry = (wrt_interned){text, scope, table->count++};
    return entry->id;
}

size_t wrt_intern_find(const wrt_interner *table, size_t scope, const char *text) {
    return table->room == 0 || find_place(table, scope, text)->text == NULL
               ? SIZE_MAX
               : find_place(table, scope, text)->id;
}

void wrt_interner_free(wrt_interner *table) {
    free(table->entries);
    *table = (wrt_interner){0};
}
