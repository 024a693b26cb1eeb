/* text.c: joining and white space. */
#include "pubmed/text.h"

#include <string.h>

wrt_pubmed_text wrt_pubmed_text_make(size_t cap) {
    return (wrt_pubmed_text){wrt_buf_make(cap), wrt_buf_make(cap)};
}

void wrt_pubmed_text_free(wrt_pubmed_text *text) {
    wrt_buf_free(&text->all);
    wrt_buf_free(&text->math);
}

void wrt_pubmed_text_clear(wrt_pubmed_text *text) {
    wrt_buf_clear(&text->all);
    wrt_buf_clear(&text->math);
}

bool wrt_pubmed_is_blank(char byte) {
    return byte == ' ' || byte == '\t' || byte == '\r' || byte == '\n';
}

wrt_str wrt_pubmed_trim(wrt_str text) {
    while (text.len > 0 && wrt_pubmed_is_blank(text.ptr[0]))
        text.ptr++, text.len--;
    while (text.len > 0 && wrt_pubmed_is_blank(text.ptr[text.len - 1]))
        text.len--;
    return text;
}

bool wrt_pubmed_text_add(wrt_pubmed_text *text, wrt_str piece, bool is_math) {
    wrt_buf *buf = is_math ? &text->math : &text->all;
    wrt_buf_add_str(buf, piece);
    return !buf->overflow && !text->all.overflow;
}

void wrt_pubmed_text_end_node(wrt_pubmed_text *text) {
    if (text->math.len == 0)
        return;
    wrt_buf_add_str(&text->all, wrt_pubmed_trim(wrt_buf_str(&text->math)));
    wrt_buf_clear(&text->math);
}

static uint64_t load(const char *at) {
    uint64_t word;
    memcpy(&word, at, sizeof word);
    return word;
}

/* The high bit of each byte that is a blank, exactly (no borrow between bytes). */
static uint64_t blanks_of(uint64_t word) {
    uint64_t other = word ^ 0x2020202020202020u;
    return ~(((other & 0x7f7f7f7f7f7f7f7fu) + 0x7f7f7f7f7f7f7f7fu) | other) & 0x8080808080808080u;
}

/* A length up to which no byte is below the blank and no blank follows a blank: eight bytes at a
 * time, without a branch for each word of the text. */
static size_t plain_run(wrt_str text) {
    size_t at = 0;
    while (at + 9 <= text.len) {
        uint64_t word = load(text.ptr + at);
        uint64_t low = (word - 0x2020202020202020u) & ~word & 0x8080808080808080u;
        if ((low | (blanks_of(word) & blanks_of(load(text.ptr + at + 1)))) != 0)
            break;
        at += 8;
    }
    return at;
}

/* Where the text first differs from its normal form; most texts nowhere. */
static size_t normal_prefix(wrt_str text) {
    if (text.len > 0 && wrt_pubmed_is_blank(text.ptr[0]))
        return 0;
    for (size_t i = plain_run(text); i < text.len; i++) {
        char byte = text.ptr[i];
        if ((unsigned char)byte > ' ')
            continue;
        if (byte != ' ' || i == 0 || text.ptr[i - 1] == ' ' || i + 1 == text.len)
            return i;
    }
    return text.len;
}

wrt_str wrt_pubmed_text_finish(wrt_pubmed_text *text) {
    wrt_buf *all = &text->all;
    size_t used = normal_prefix(wrt_buf_str(all));
    for (size_t i = used; i < all->len; i++) {
        bool blank = wrt_pubmed_is_blank(all->ptr[i]);
        if (blank && (used == 0 || all->ptr[used - 1] == ' '))
            continue;
        all->ptr[used++] = blank ? ' ' : all->ptr[i];
    }
    if (used > 0 && all->ptr[used - 1] == ' ')
        used--;
    return (wrt_str){all->len > 0 ? all->ptr : "", used};
}
