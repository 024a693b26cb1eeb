/* gbnf_text.c: writing pieces of GBNF. */
#include "llm/grammar/gbnf.h"

#include <assert.h>

void wrt_gbnf_literal(wrt_buf *out, wrt_str text) {
    wrt_buf_add_char(out, '"');
    for (size_t i = 0; i < text.len; i++) {
        char c = text.ptr[i];
        if (c == '"' || c == '\\')
            wrt_buf_printf(out, "\\%c", c);
        else if ((unsigned char)c < 0x20 || c == 0x7f)
            wrt_buf_printf(out, "\\x%02X", (unsigned)c);
        else
            wrt_buf_add_char(out, c);
    }
    wrt_buf_add_char(out, '"');
}

void wrt_gbnf_of_choice(wrt_buf *out, const wrt_str *options, size_t n) {
    assert(n > 0);
    wrt_buf_add_c(out, "root ::= ");
    for (size_t i = 0; i < n; i++) {
        if (i > 0)
            wrt_buf_add_c(out, " | ");
        wrt_gbnf_literal(out, options[i]);
    }
    wrt_buf_add_char(out, '\n');
}
