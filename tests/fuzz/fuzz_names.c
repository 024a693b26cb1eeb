/* fuzz_names.c: the forms of a name and the spellings of an id over any text.
 *
 * Holds: folding and loosening end and give UTF-8 without NUL; the canonical spelling of an id is
 * that of each of its variants; an edit distance of a text to itself is 0 and never beyond the cap
 * + 1. */
#include "kg/names/curie.h"
#include "kg/names/distance.h"
#include "kg/names/loose.h"
#include "kg/names/resolve.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { TEXT_MAX = 1 << 18, CAP = 4, ID_MAX = 256 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool claim) {
    if (!claim)
        abort();
}

static bool is_clean(wrt_str text) {
    return wrt_utf8_valid(text) && (text.len == 0 || memchr(text.ptr, '\0', text.len) == NULL);
}

static void check_name(wrt_str text) {
    wrt_buf once = wrt_buf_make(TEXT_MAX), twice = wrt_buf_make(TEXT_MAX);
    wrt_kg_fold(&once, text);
    must(is_clean(wrt_buf_str(&once)));
    for (int level = WRT_KG_LOOSE_SPELLING; level <= WRT_KG_LOOSE_SALT; level++) {
        wrt_buf_clear(&twice);
        wrt_kg_loosen(&twice, wrt_buf_str(&once), (wrt_kg_loose_level)level);
        must(is_clean(wrt_buf_str(&twice)));
        must(wrt_edit_distance(wrt_buf_str(&once), wrt_buf_str(&twice), CAP) <= CAP + 1);
    }
    must(wrt_edit_distance(wrt_buf_str(&once), wrt_buf_str(&once), CAP) == 0);
    wrt_buf_free(&once);
    wrt_buf_free(&twice);
}

static void check_id(wrt_str text) {
    wrt_buf lower = wrt_buf_make(TEXT_MAX), variants = wrt_buf_make(TEXT_MAX);
    wrt_buf one = wrt_buf_make(TEXT_MAX), other = wrt_buf_make(TEXT_MAX);
    wrt_kg_fold_id(&lower, text);
    wrt_kg_id_variants(&variants, wrt_buf_str(&lower));
    wrt_kg_id_canonical(&one, wrt_buf_str(&lower));
    wrt_str line, rest = wrt_buf_str(&variants);
    while (memchr(text.ptr, '\n', text.len) == NULL && wrt_str_cut(&line, &rest, '\n')) {
        wrt_buf_clear(&other);
        wrt_kg_id_canonical(&other, line);
        must(line.len == 0 || wrt_str_equal(wrt_buf_str(&one), wrt_buf_str(&other)));
    }
    wrt_buf_free(&lower);
    wrt_buf_free(&variants);
    wrt_buf_free(&one);
    wrt_buf_free(&other);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    wrt_str text = {(const char *)data, size};
    if (size == 0 || size > 4096)
        return 0;
    check_name(text);
    if (size <= ID_MAX)
        check_id(text);
    return 0;
}
