/* test_zip.c: archives written and read back, and archives that lie. The bytes of the small archive
 * were laid out by hand after APPNOTE.TXT. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/arena.h"
#include "base/file.h"
#include "base/zip.h"

/* ---- an archive by hand: one stored entry "a/b" that holds "hi" */

enum { LOCAL = 0, NAME = 30, DATA = 33, CENTRAL = 35, END = 84, SIZE = 106 };

static const char SMALL[SIZE + 1] =
    "PK\3\4\24\0\0\0\0\0\0\0\41\0\xac\x2a\x93\xd8\2\0\0\0\2\0\0\0\3\0\0\0"
    "a/bhi"
    "PK\1\2\24\3\24\0\0\0\0\0\0\0\41\0\xac\x2a\x93\xd8\2\0\0\0\2\0\0\0"
    "\3\0\0\0\0\0\0\0\0\0\0\0\244\201\0\0\0\0a/b"
    "PK\5\6\0\0\0\0\1\0\1\0\61\0\0\0\43\0\0\0\0\0";

static wrt_status parse(wrt_zip **zip, const char *bytes, size_t len, wrt_err *err) {
    return wrt_zip_parse(zip, (wrt_str){bytes, len}, WRT_MIB(1), err);
}

static void zip_reads_an_archive_made_by_hand(void **state) {
    (void)state;
    wrt_zip *zip = NULL;
    wrt_err err = {0};
    wrt_buf out = wrt_buf_make(16);
    if (parse(&zip, SMALL, SIZE, &err) != WRT_OK)
        fail_msg("%s", err.message);
    assert_int_equal(wrt_zip_count(zip), 1);
    assert_string_equal(wrt_zip_name(zip, 0), "a/b");
    assert_int_equal(wrt_zip_read(&out, zip, 0, NULL), WRT_OK);
    assert_string_equal(out.ptr, "hi");
    wrt_buf_free(&out);
    wrt_zip_free(zip);
}

typedef struct {
    size_t at;
    const char *bytes;
    size_t len;
    const char *message;
} change;

/* Applies changes to both headers at once where the field stands in both. */
static void expect_refused(const change *first, const change *second) {
    char bytes[SIZE];
    wrt_zip *zip = NULL;
    wrt_err err = {0};
    memcpy(bytes, SMALL, SIZE);
    memcpy(bytes + first->at, first->bytes, first->len);
    if (second != NULL)
        memcpy(bytes + second->at, second->bytes, second->len);
    wrt_status status = parse(&zip, bytes, SIZE, &err);
    if (status == WRT_OK || strstr(err.message, first->message) == NULL)
        fail_msg("expected \"%s\", got %d \"%s\"", first->message, (int)status, err.message);
    assert_null(zip);
}

static void zip_refuses_what_could_harm(void **state) {
    (void)state;
    static const change both[][2] = {
        {{CENTRAL + 46, "../", 3, "plain relative path"}, {NAME, "../", 3, ""}},
        {{CENTRAL + 46, "/ab", 3, "plain relative path"}, {NAME, "/ab", 3, ""}},
        {{CENTRAL + 46, "a\\b", 3, "plain relative path"}, {NAME, "a\\b", 3, ""}},
        {{CENTRAL + 46, "c:b", 3, "plain relative path"}, {NAME, "c:b", 3, ""}},
        {{CENTRAL + 46, "a\0b", 3, "plain relative path"}, {NAME, "a\0b", 3, ""}},
        {{CENTRAL + 46, "a\nb", 3, "plain relative path"}, {NAME, "a\nb", 3, ""}},
        {{CENTRAL + 46, "./b", 3, "plain relative path"}, {NAME, "./b", 3, ""}},
        {{CENTRAL + 46, "//b", 3, "plain relative path"}, {NAME, "//b", 3, ""}},
        {{CENTRAL + 46, "a\xff\x62", 3, "plain relative path"}, {NAME, "a\xff\x62", 3, ""}},
        {{CENTRAL + 46, "ab/", 3, "a folder with content"}, {NAME, "ab/", 3, ""}},
        {{CENTRAL + 8, "\1", 1, "encrypted"}, {LOCAL + 6, "\1", 1, ""}},
        {{CENTRAL + 10, "\x0e", 1, "another method"}, {LOCAL + 8, "\x0e", 1, ""}},
        {{CENTRAL + 24, "\3", 1, "two sizes"}, {LOCAL + 22, "\3", 1, ""}},
        {{CENTRAL + 20, "\xff\xff\xff\xff", 4, "ZIP64"}, {LOCAL + 18, "\xff\xff\xff\xff", 4, ""}},
    };
    static const change one[] = {
        {NAME, "x", 1, "differ"},
        {LOCAL + 14, "\0", 1, "differ"},
        {LOCAL + 8, "\x08", 1, "differ"},
        {LOCAL, "X", 1, "local header"},
        {LOCAL + 28, "\xff", 1, "differ"},
        {CENTRAL, "X", 1, "damaged"},
        {CENTRAL + 28, "\xff", 1, "cut off"},
        {CENTRAL + 42, "\xf0", 1, "local header"},
        {END, "X", 1, "no end record"},
        {END + 4, "\1", 1, "several disks"},
        {END + 8, "\2", 1, "several disks"},
        {END + 12, "\x30", 1, "not where it says"},
        {END + 16, "\x22", 1, "not where it says"},
        {END + 20, "\1", 1, "no end record"},
    };
    for (size_t i = 0; i < sizeof both / sizeof both[0]; i++)
        expect_refused(&both[i][0], &both[i][1]);
    for (size_t i = 0; i < sizeof one / sizeof one[0]; i++)
        expect_refused(&one[i], NULL);
    wrt_zip *zip = NULL;
    for (size_t len = 0; len < SIZE; len++)
        assert_int_not_equal(parse(&zip, SMALL, len, NULL), WRT_OK);
    assert_int_equal(wrt_zip_parse(&zip, (wrt_str){SMALL, SIZE}, 1, NULL), WRT_E_LIMIT);
}

/* No byte can change so that other content comes out under the same name. */
static void zip_gives_the_content_or_nothing_when_a_byte_is_flipped(void **state) {
    (void)state;
    for (size_t i = 0; i < SIZE; i++) {
        char bytes[SIZE];
        wrt_zip *zip = NULL;
        wrt_buf out = wrt_buf_make(16);
        memcpy(bytes, SMALL, SIZE);
        bytes[i] = (char)(bytes[i] ^ (1 << (i % 8)));
        if (parse(&zip, bytes, SIZE, NULL) == WRT_OK && wrt_zip_read(&out, zip, 0, NULL) == WRT_OK)
            assert_string_equal(out.ptr, "hi");
        wrt_buf_free(&out);
        wrt_zip_free(zip);
    }
}

/* ---- writing */

typedef struct {
    char folder[32];
    char *path;
} place;

static int setup(void **state) {
    static place p;
    snprintf(p.folder, sizeof p.folder, "/tmp/wrt-zip-XXXXXX");
    assert_non_null(mkdtemp(p.folder));
    p.path = wrt_path_join(p.folder, "x.zip");
    *state = &p;
    return 0;
}

static int teardown(void **state) {
    place *p = *state;
    unlink(p->path);
    rmdir(p->folder); /* fails when something was left behind */
    assert_false(wrt_file_exists(p->folder));
    free(p->path);
    return 0;
}

static void write_archive(const char *path, const char *const *names, const wrt_str *bytes, int n) {
    wrt_zip_writer *writer = NULL;
    wrt_err err = {0};
    if (wrt_zip_create(&writer, path, &err) != WRT_OK)
        fail_msg("%s", err.message);
    for (int i = 0; i < n; i++)
        assert_int_equal(wrt_zip_add(writer, names[i], bytes[i], NULL), WRT_OK);
    assert_int_equal(wrt_zip_finish(writer, NULL), WRT_OK);
    wrt_zip_writer_free(writer);
}

static void zip_writes_the_bytes_made_by_hand(void **state) {
    const place *p = *state;
    const char *name = "a/b";
    const wrt_str hi = WRT_STR("hi");
    wrt_buf text = wrt_buf_make(WRT_KIB(1));
    write_archive(p->path, &name, &hi, 1);
    assert_int_equal(wrt_file_read(&text, p->path, WRT_KIB(1), NULL), WRT_OK);
    assert_int_equal(text.len, SIZE);
    char expected[SIZE];
    memcpy(expected, SMALL, SIZE);
    expected[LOCAL + 7] = 8; /* the names are UTF-8 */
    expected[CENTRAL + 9] = 8;
    assert_memory_equal(text.ptr, expected, SIZE);
    wrt_buf_free(&text);
    wrt_zip_writer *again = NULL;
    assert_int_equal(wrt_zip_create(&again, p->path, NULL), WRT_E_INPUT);
}

static void zip_reads_back_what_it_wrote(void **state) {
    const place *p = *state;
    char *zeros = wrt_calloc(100000, 1);
    const char *const names[] = {"b/\xc3\xa9.txt", "a", "b/zeros"};
    const wrt_str bytes[] = {WRT_STR("one"), WRT_STR(""), {zeros, 100000}};
    static const char *const sorted[] = {"a", "b/zeros", "b/\xc3\xa9.txt"};
    static const size_t sizes[] = {0, 100000, 3};
    wrt_zip *zip = NULL;
    wrt_err err = {0};
    write_archive(p->path, names, bytes, 3);
    if (wrt_zip_open(&zip, p->path, WRT_KIB(4), WRT_MIB(1), &err) != WRT_OK)
        fail_msg("%s", err.message);
    for (size_t i = 0; i < 3; i++) {
        wrt_buf out = wrt_buf_make(WRT_MIB(1));
        assert_string_equal(wrt_zip_name(zip, i), sorted[i]);
        assert_int_equal(wrt_zip_read(&out, zip, i, NULL), WRT_OK);
        assert_int_equal(out.len, sizes[i]);
        wrt_buf_free(&out);
    }
    wrt_buf little = wrt_buf_make(99999);
    assert_int_equal(wrt_zip_read(&little, zip, 1, NULL), WRT_E_LIMIT);
    wrt_buf_free(&little);
    char *folder = NULL;
    assert_int_equal(wrt_zip_unpack(&folder, zip, NULL), WRT_OK);
    char *inside = wrt_path_join(folder, "b/zeros"), *copy = wrt_strdup(folder);
    assert_true(wrt_file_exists(inside));
    wrt_zip_remove(folder, zip);
    assert_false(wrt_file_exists(copy));
    free(copy);
    free(inside);
    wrt_zip_free(zip);
    free(zeros);
}

static void zip_refuses_doubles_and_files_used_as_folders(void **state) {
    const place *p = *state;
    static const char *const cases[][2] = {{"a", "a"}, {"a", "a/b"}, {"a/b/c", "a"}};
    const wrt_str bytes[] = {WRT_STR("1"), WRT_STR("2")};
    for (size_t i = 0; i < 3; i++) {
        wrt_zip *zip = NULL;
        write_archive(p->path, cases[i], bytes, 2);
        assert_int_equal(wrt_zip_open(&zip, p->path, WRT_KIB(4), WRT_MIB(1), NULL), WRT_E_INPUT);
        unlink(p->path);
    }
}

static void zip_leaves_nothing_when_it_is_not_finished(void **state) {
    const place *p = *state;
    wrt_zip_writer *writer = NULL;
    assert_int_equal(wrt_zip_create(&writer, p->path, NULL), WRT_OK);
    assert_int_equal(wrt_zip_add(writer, "a", WRT_STR("1"), NULL), WRT_OK);
    wrt_zip_writer_free(writer);
    assert_false(wrt_file_exists(p->path));
}

#define PLACE_TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(zip_reads_an_archive_made_by_hand),
        cmocka_unit_test(zip_refuses_what_could_harm),
        cmocka_unit_test(zip_gives_the_content_or_nothing_when_a_byte_is_flipped),
        PLACE_TEST(zip_writes_the_bytes_made_by_hand),
        PLACE_TEST(zip_reads_back_what_it_wrote),
        PLACE_TEST(zip_refuses_doubles_and_files_used_as_folders),
        PLACE_TEST(zip_leaves_nothing_when_it_is_not_finished),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
