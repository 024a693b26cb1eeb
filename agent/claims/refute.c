/* refute.c: what would refute a route. */
#include "agent/claims/refute.h"

#include "agent/claims/certainty.h"
#include "agent/claims/rung.h"

size_t wrt_refute_weakest(const wrt_json *path) {
    size_t weakest = 0, index = 0;
    int least = 0;
    WRT_JSON_EACH(edge, wrt_json_get(path, "edges")) {
        const char *reason = NULL;
        int rank = wrt_rung_of_edge(edge, &reason) * 4 + (int)wrt_certainty_of_edge(edge);
        if (index == 0 || rank < least) {
            least = rank;
            weakest = index;
        }
        index++;
    }
    return weakest;
}

static const char *name_at(const wrt_json *path, size_t index) {
    return wrt_json_get_text(wrt_json_at(wrt_json_get(path, "nodes"), index), "name", "?");
}

void wrt_refute_path(wrt_buf *out, const wrt_json *path) {
    size_t n = wrt_json_count(wrt_json_get(path, "edges"));
    size_t weakest = wrt_refute_weakest(path);
    if (n == 0)
        return;
    wrt_buf_printf(out, "an experiment that changes %s and leaves %s as it was",
                   name_at(path, weakest), name_at(path, weakest + 1));
    if (n > 1)
        wrt_buf_printf(out,
                       " (its weakest link), or an effect of %s on %s that is the same with %s "
                       "held fixed",
                       name_at(path, 0), name_at(path, n), name_at(path, 1));
}
