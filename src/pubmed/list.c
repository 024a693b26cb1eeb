/* list.c: doubling in an arena. */
#include "pubmed/list.h"

#include <string.h>

enum { FIRST = 4 };

void *wrt_pubmed_list_grow(wrt_arena *arena, const void *items, size_t n, size_t size) {
    bool is_full = n == 0 || (n >= FIRST && (n & (n - 1)) == 0);
    if (!is_full)
        return (void *)items;
    void *moved = wrt_arena_calloc(arena, n == 0 ? FIRST : 2 * n, size);
    if (n > 0)
        memcpy(moved, items, n * size);
    return moved;
}

wrt_str wrt_pubmed_keep(wrt_arena *arena, wrt_str text) {
    if (text.len == 0)
        return (wrt_str){"", 0};
    return (wrt_str){wrt_arena_strdup(arena, text.ptr, text.len), text.len};
}

void wrt_pubmed_list_add_text(wrt_arena *arena, const wrt_str **list, size_t *n, wrt_str text) {
    if (text.len == 0)
        return;
    wrt_str *grown = wrt_pubmed_list_grow(arena, *list, *n, sizeof *grown);
    grown[(*n)++] = wrt_pubmed_keep(arena, text);
    *list = grown;
}

void wrt_pubmed_list_add_pmid(wrt_arena *arena, const int64_t **list, size_t *n, int64_t pmid) {
    int64_t *grown = wrt_pubmed_list_grow(arena, *list, *n, sizeof *grown);
    grown[(*n)++] = pmid;
    *list = grown;
}
