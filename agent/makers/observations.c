/* observations.c: what tools said that no claim was made of: quoted, cut by code, never a claim. */
#include "agent/answer/answer_text.h"
#include "agent/makers/maker.h"

#include <string.h>

static void add_coverage(wrt_buf *out, const wrt_json *coverage) {
    int64_t seen = wrt_json_get_int(coverage, "seen", -1);
    int64_t total = wrt_json_get_int(coverage, "total", -1);
    if (seen >= 0 && total > seen)
        wrt_buf_printf(out, ", %lld of %lld seen", (long long)seen, (long long)total);
}

static void render(wrt_buf *out, const wrt_json *answer) {
    size_t n = 0;
    WRT_JSON_EACH(item, wrt_json_get(answer, "observations")) {
        if (!wrt_json_get_bool(item, "shown", false))
            continue;
        if (n++ == 0)
            wrt_buf_add_c(out, "\nObservations (what tools said; no claim was made of it)\n");
        wrt_buf_printf(out, "     %s (%s): %s", wrt_json_get_text(item, "step", "?"),
                       wrt_json_get_text(item, "tool", "?"),
                       wrt_json_get_text(item, "status", "?"));
        add_coverage(out, wrt_json_get(item, "coverage"));
        const char *digest = wrt_json_get_text(item, "digest", "");
        if (*digest != '\0')
            wrt_buf_printf(out, "; \"%s\"", digest);
        wrt_buf_add_char(out, '\n');
    }
}

const wrt_maker wrt_maker_observations = {"observations", NULL, render};
