/* test_input.c: pieces and lines of plain, gzip, bzip2 and zstd data; what is cut, damaged, a
 * pointer, a folder. Compressed bytes are made here with the libraries. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include <bzlib.h>
#include <zlib.h>
#include <zstd.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/input.h"

/* ---- bytes to read */

/* Numbers one a line, so that every position is recognisable. */
static wrt_buf numbers(int count) {
    wrt_buf text = wrt_buf_make(WRT_MIB(64));
    for (int i = 0; i < count; i++)
        wrt_buf_printf(&text, "%d\n", i);
    return text;
}

static void add_gzip(wrt_buf *out, wrt_str text) {
    z_stream stream = {0};
    assert_int_equal(deflateInit2(&stream, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY), Z_OK);
    size_t room = deflateBound(&stream, text.len) + 64;
    unsigned char *bytes = wrt_calloc(room, 1), *copy = wrt_calloc(text.len + 1, 1);
    memcpy(copy, text.ptr, text.len);
    stream.next_in = copy;
    stream.avail_in = (unsigned)text.len;
    stream.next_out = bytes;
    stream.avail_out = (unsigned)room;
    assert_int_equal(deflate(&stream, Z_FINISH), Z_STREAM_END);
    wrt_buf_add(out, bytes, room - stream.avail_out);
    deflateEnd(&stream);
    free(bytes);
    free(copy);
}

static void add_bzip2(wrt_buf *out, wrt_str text) {
    unsigned room = (unsigned)text.len + (unsigned)text.len / 50 + 1000;
    char *bytes = wrt_calloc(room, 1), *copy = wrt_calloc(text.len + 1, 1);
    memcpy(copy, text.ptr, text.len);
    assert_int_equal(BZ2_bzBuffToBuffCompress(bytes, &room, copy, (unsigned)text.len, 1, 0, 0),
                     BZ_OK);
    wrt_buf_add(out, bytes, room);
    free(bytes);
    free(copy);
}

static void add_zstd(wrt_buf *out, wrt_str text) {
    size_t room = ZSTD_compressBound(text.len);
    char *bytes = wrt_calloc(room, 1);
    ZSTD_CCtx *context = ZSTD_createCCtx();
    ZSTD_CCtx_setParameter(context, ZSTD_c_checksumFlag, 1);
    size_t len = ZSTD_compress2(context, bytes, room, text.ptr, text.len);
    ZSTD_freeCCtx(context);
    assert_false(ZSTD_isError(len));
    wrt_buf_add(out, bytes, len);
    free(bytes);
}

static const struct {
    const char *name;
    void (*add)(wrt_buf *out, wrt_str text);
} packers[] = {{"gzip", add_gzip}, {"bzip2", add_bzip2}, {"zstd", add_zstd}};
enum { PACKERS = sizeof packers / sizeof packers[0] };

/* ---- reading whole */

static wrt_status read_all(wrt_buf *out, wrt_str bytes, wrt_err *err) {
    wrt_input *input = NULL;
    wrt_status status = wrt_input_open_bytes(&input, bytes, "f", err);
    wrt_str piece = {"", 1};
    while (status == WRT_OK && piece.len > 0) {
        status = wrt_input_read(&piece, input, err);
        if (status == WRT_OK) {
            assert_true(piece.len <= WRT_INPUT_PIECE);
            wrt_buf_add_str(out, piece);
        }
    }
    if (status == WRT_OK)
        assert_int_equal(wrt_input_offset(input), bytes.len);
    wrt_input_close(input);
    return status;
}

static void expect_text(wrt_str bytes, wrt_str text) {
    wrt_buf out = wrt_buf_make(WRT_MIB(64));
    wrt_err err = {.code = WRT_OK};
    assert_int_equal(read_all(&out, bytes, &err), WRT_OK);
    assert_int_equal(out.len, text.len);
    assert_true(wrt_str_equal(wrt_buf_str(&out), text));
    wrt_buf_free(&out);
}

static void expect_refusal(wrt_str bytes, const char *part) {
    wrt_buf out = wrt_buf_make(WRT_MIB(64));
    wrt_err err = {.code = WRT_OK};
    assert_int_equal(read_all(&out, bytes, &err), WRT_E_INPUT);
    if (strstr(err.message, part) == NULL)
        fail_msg("\"%s\" does not hold \"%s\"", err.message, part);
    wrt_buf_free(&out);
}

static void input_hands_on_plain_bytes_when_nothing_is_recognised(void **state) {
    (void)state;
    wrt_buf text = numbers(100000);
    expect_text(wrt_buf_str(&text), wrt_buf_str(&text));
    wrt_buf_free(&text);
    expect_text(WRT_STR(""), WRT_STR(""));
    expect_text(WRT_STR("BZh is how this text begins"), WRT_STR("BZh is how this text begins"));
    expect_text(WRT_STR("\x1e\x8b"), WRT_STR("\x1e\x8b"));
    expect_text((wrt_str){"a\0b", 3}, (wrt_str){"a\0b", 3});
}

static void input_unpacks_by_first_bytes_when_compressed(void **state) {
    (void)state;
    const int sizes[] = {0, 1, 20000, 200000}; /* below, at and beyond one piece */
    for (size_t p = 0; p < PACKERS; p++)
        for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
            wrt_buf text = numbers(sizes[i]), packed = wrt_buf_make(WRT_MIB(64));
            packers[p].add(&packed, wrt_buf_str(&text));
            expect_text(wrt_buf_str(&packed), wrt_buf_str(&text));
            wrt_buf_free(&text);
            wrt_buf_free(&packed);
        }
}

static void input_reads_members_one_after_the_other(void **state) {
    (void)state;
    wrt_buf big = numbers(50000);
    for (size_t p = 0; p < PACKERS; p++) {
        wrt_buf packed = wrt_buf_make(WRT_MIB(64)), text = wrt_buf_make(WRT_MIB(64));
        for (int member = 0; member < 3; member++) {
            packers[p].add(&packed, member == 1 ? wrt_buf_str(&big) : WRT_STR("one line\n"));
            wrt_buf_add_str(&text, member == 1 ? wrt_buf_str(&big) : WRT_STR("one line\n"));
        }
        expect_text(wrt_buf_str(&packed), wrt_buf_str(&text));
        wrt_buf_add(&packed, "\0\0\0", 3);
        expect_text(wrt_buf_str(&packed), wrt_buf_str(&text));
        wrt_buf_add_c(&packed, "x");
        expect_refusal(wrt_buf_str(&packed), "other bytes after its end");
        wrt_buf_free(&packed);
        wrt_buf_free(&text);
    }
    wrt_buf_free(&big);
}

/* Every proper prefix that is recognised ends in an error; none is taken for the whole. */
static void input_refuses_data_that_is_cut_anywhere(void **state) {
    (void)state;
    for (size_t p = 0; p < PACKERS; p++) {
        wrt_buf text = numbers(300), packed = wrt_buf_make(WRT_MIB(1));
        packers[p].add(&packed, wrt_buf_str(&text));
        for (size_t len = 10; len < packed.len; len++)
            expect_refusal((wrt_str){packed.ptr, len}, "is cut off");
        wrt_buf_free(&text);
        wrt_buf_free(&packed);
    }
}

static void input_refuses_data_with_a_flipped_byte(void **state) {
    (void)state;
    for (size_t p = 0; p < PACKERS; p++) {
        wrt_buf text = numbers(3000), packed = wrt_buf_make(WRT_MIB(1));
        packers[p].add(&packed, wrt_buf_str(&text));
        packed.ptr[packed.len / 2] ^= 0x40;
        expect_refusal(wrt_buf_str(&packed), packers[p].name);
        wrt_buf_free(&text);
        wrt_buf_free(&packed);
    }
    /* A frame that asks for a window of 256 MiB. */
    expect_refusal(WRT_STR("\x28\xb5\x2f\xfd\x01\x90\x00\x00\x00\x00"), "too much memory");
}

static void input_explains_a_git_lfs_pointer(void **state) {
    (void)state;
    expect_refusal(WRT_STR("version https://git-lfs.github.com/spec/v1\noid "
                           "sha256:abcd\r\nsize 12401407\n"),
                   "f is a Git-LFS pointer, not the data (sha256:abcd, 12401407 bytes): run `git "
                   "lfs pull`");
    expect_refusal(WRT_STR("version https://git-lfs.github.com/spec/v1"), "(?, ? bytes)");
}

static void input_gives_again_what_was_peeked_at(void **state) {
    (void)state;
    wrt_input *input = NULL;
    wrt_str piece, line;
    bool got = false;
    assert_int_equal(wrt_input_open_bytes(&input, WRT_STR("one\ntwo"), "f", NULL), WRT_OK);
    for (int i = 0; i < 2; i++) {
        assert_int_equal(wrt_input_peek(&piece, input, NULL), WRT_OK);
        assert_true(wrt_str_equal_c(piece, "one\ntwo"));
    }
    assert_int_equal(wrt_input_line(&got, &line, input, 9, NULL), WRT_OK);
    assert_true(got && wrt_str_equal_c(line, "one"));
    assert_int_equal(wrt_input_peek(&piece, input, NULL), WRT_OK);
    assert_true(wrt_str_equal_c(piece, "two"));
    assert_int_equal(wrt_input_read(&piece, input, NULL), WRT_OK);
    assert_true(wrt_str_equal_c(piece, "two"));
    assert_int_equal(wrt_input_peek(&piece, input, NULL), WRT_OK);
    assert_int_equal(piece.len, 0);
    wrt_input_close(input);
}

/* ---- files */

static void input_opens_files_and_names_what_it_cannot_open(void **state) {
    (void)state;
    char folder[] = "/tmp/wrt-input-XXXXXX", path[64];
    assert_non_null(mkdtemp(folder));
    snprintf(path, sizeof path, "%s/data.gz", folder);
    wrt_input *input = NULL;
    wrt_err err = {.code = WRT_OK};
    assert_int_equal(wrt_input_open(&input, path, &err), WRT_E_NOT_FOUND);
    assert_string_equal(err.message, "data.gz: no such file");
    assert_int_equal(wrt_input_open(&input, folder, &err), WRT_E_INPUT);
    assert_non_null(strstr(err.message, "not a folder"));
    assert_null(input);
    wrt_buf text = numbers(100000), packed = wrt_buf_make(WRT_MIB(64));
    add_gzip(&packed, wrt_buf_str(&text));
    FILE *file = fopen(path, "wb");
    assert_int_equal(fwrite(packed.ptr, 1, packed.len, file), packed.len);
    assert_int_equal(fclose(file), 0);
    assert_int_equal(wrt_input_open(&input, path, &err), WRT_OK);
    assert_string_equal(wrt_input_name(input), "data.gz");
    bool got = true;
    wrt_str line;
    for (int i = 0; i < 100000; i++) {
        char expected[16];
        snprintf(expected, sizeof expected, "%d", i);
        assert_int_equal(wrt_input_line(&got, &line, input, 100, &err), WRT_OK);
        assert_true(got && wrt_str_equal_c(line, expected));
    }
    assert_int_equal(wrt_input_line(&got, &line, input, 100, &err), WRT_OK);
    assert_false(got);
    assert_int_equal(wrt_input_line_number(input), 100000);
    assert_int_equal(wrt_input_offset(input), packed.len);
    wrt_input_close(input);
    unlink(path);
    rmdir(folder);
    wrt_buf_free(&text);
    wrt_buf_free(&packed);
}

/* ---- lines */

static void expect_lines(wrt_str bytes, const char *const *lines, size_t count) {
    wrt_input *input = NULL;
    bool got = false;
    wrt_str line;
    assert_int_equal(wrt_input_open_bytes(&input, bytes, "f", NULL), WRT_OK);
    for (size_t i = 0; i < count; i++) {
        assert_int_equal(wrt_input_line(&got, &line, input, 8, NULL), WRT_OK);
        assert_true(got);
        assert_true(wrt_str_equal_c(line, lines[i]));
        assert_int_equal(wrt_input_line_number(input), i + 1);
    }
    assert_int_equal(wrt_input_line(&got, &line, input, 8, NULL), WRT_OK);
    assert_false(got);
    wrt_input_close(input);
}

static void lines_end_at_line_feeds_with_or_without_return(void **state) {
    (void)state;
    expect_lines(WRT_STR(""), NULL, 0);
    expect_lines(WRT_STR("\n"), (const char *const[]){""}, 1);
    expect_lines(WRT_STR("a\r\n\nb"), (const char *const[]){"a", "", "b"}, 3);
    expect_lines(WRT_STR("a\rb\r"), (const char *const[]){"a\rb"}, 1);
    expect_lines(WRT_STR("12345678\r\n12345678\n12345678"),
                 (const char *const[]){"12345678", "12345678", "12345678"}, 3);
}

/* Lines around the border of a piece, and one far beyond it. */
static void lines_go_on_after_one_that_is_too_long(void **state) {
    (void)state;
    const size_t lengths[] = {9, WRT_INPUT_PIECE - 12, WRT_INPUT_PIECE, 3 * WRT_INPUT_PIECE + 5};
    for (size_t i = 0; i < sizeof lengths / sizeof lengths[0]; i++) {
        wrt_buf text = wrt_buf_make(WRT_MIB(4));
        wrt_buf_add_c(&text, "first\n");
        for (size_t n = 0; n < lengths[i]; n++)
            wrt_buf_add_char(&text, 'x');
        wrt_buf_add_c(&text, "\nlast\n");
        wrt_input *input = NULL;
        wrt_err err = {.code = WRT_OK};
        bool got = false;
        wrt_str line;
        assert_int_equal(wrt_input_open_bytes(&input, wrt_buf_str(&text), "f", &err), WRT_OK);
        assert_int_equal(wrt_input_line(&got, &line, input, 8, &err), WRT_OK);
        assert_int_equal(wrt_input_line(&got, &line, input, 8, &err), WRT_E_LIMIT);
        assert_string_equal(err.message, "f:2: the line is longer than 8 bytes");
        assert_int_equal(wrt_input_line(&got, &line, input, 8, &err), WRT_OK);
        assert_true(got && wrt_str_equal_c(line, "last"));
        assert_int_equal(wrt_input_line_number(input), 3);
        wrt_input_close(input);
        wrt_buf_free(&text);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(input_hands_on_plain_bytes_when_nothing_is_recognised),
        cmocka_unit_test(input_unpacks_by_first_bytes_when_compressed),
        cmocka_unit_test(input_reads_members_one_after_the_other),
        cmocka_unit_test(input_refuses_data_that_is_cut_anywhere),
        cmocka_unit_test(input_refuses_data_with_a_flipped_byte),
        cmocka_unit_test(input_explains_a_git_lfs_pointer),
        cmocka_unit_test(input_gives_again_what_was_peeked_at),
        cmocka_unit_test(input_opens_files_and_names_what_it_cannot_open),
        cmocka_unit_test(lines_end_at_line_feeds_with_or_without_return),
        cmocka_unit_test(lines_go_on_after_one_that_is_too_long),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
