/* distance.c: see distance.h.
 *
 * The distance keeps three rows of the dynamic programme and only the diagonal band of width
 * 2 * cap + 1, outside which every value exceeds the cap. */
#include "kg/names/distance.h"

enum { POINTS_MAX = 256 };

/* Code points of valid UTF-8 as numbers; false when there are more than POINTS_MAX. The numbers
 * are only compared, so the raw bytes of each code point serve. */
static bool decode(uint32_t out[POINTS_MAX], size_t *n, wrt_str text) {
    *n = 0;
    for (size_t i = 0; i < text.len; i++) {
        unsigned char byte = (unsigned char)text.ptr[i];
        if ((byte & 0xc0) == 0x80 && *n > 0) {
            out[*n - 1] = out[*n - 1] << 8 | byte;
            continue;
        }
        if (*n == POINTS_MAX)
            return false;
        out[(*n)++] = byte;
    }
    return true;
}

static size_t least(size_t a, size_t b) {
    return a < b ? a : b;
}

/* One cell of the programme: row i, column j, of the texts a and b (1-based). */
static size_t cell(const uint32_t *a, const uint32_t *b, size_t i, size_t j,
                   size_t rows[3][POINTS_MAX + 2]) {
    const size_t *above = rows[(i + 2) % 3], *row = rows[i % 3];
    size_t best = above[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
    best = least(best, least(above[j], row[j - 1]) + 1);
    if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
        best = least(best, rows[(i + 1) % 3][j - 2] + 1);
    return best;
}

static size_t banded(const uint32_t *a, size_t n, const uint32_t *b, size_t m, size_t cap) {
    size_t rows[3][POINTS_MAX + 2];
    for (size_t j = 0; j < POINTS_MAX + 2; j++) {
        rows[0][j] = j;
        rows[1][j] = rows[2][j] = cap + 1;
    }
    size_t best_before = 0;
    for (size_t i = 1; i <= n; i++) {
        size_t from = i > cap ? i - cap : 1, to = least(m, i + cap);
        size_t *row = rows[i % 3];
        row[from - 1] = from == 1 ? i : cap + 1;
        size_t best = row[from - 1];
        for (size_t j = from; j <= to; j++) {
            row[j] = cell(a, b, i, j, rows);
            best = least(best, row[j]);
        }
        row[to + 1] = cap + 1;
        /* A cell reaches back two rows at most (a transposition). */
        if (best > cap && best_before > cap)
            return cap + 1;
        best_before = best;
    }
    return least(rows[n % 3][m], cap + 1);
}

size_t wrt_edit_distance(wrt_str a, wrt_str b, size_t cap) {
    uint32_t x[POINTS_MAX], y[POINTS_MAX];
    size_t n = 0, m = 0;
    if (wrt_str_equal(a, b))
        return 0;
    if (!decode(x, &n, a) || !decode(y, &m, b))
        return cap + 1;
    if ((n > m ? n - m : m - n) > cap)
        return cap + 1;
    if (n == 0 || m == 0)
        return n + m;
    return banded(x, n, y, m, cap);
}
