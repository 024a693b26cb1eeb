/* test_file.c: whole-file reads and writes, folders, paths. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/file.h"

typedef struct {
    char folder[32];
} room;

static wrt_status remove_entry(const char *name, void *ctx) {
    char *path = wrt_path_join(ctx, name);
    if (unlink(path) != 0)
        rmdir(path);
    free(path);
    return WRT_OK;
}

static int make_room(void **state) {
    room *r = calloc(1, sizeof *r);
    if (r == NULL)
        return -1;
    snprintf(r->folder, sizeof r->folder, "/tmp/wrt-file-XXXXXX");
    *state = r;
    return mkdtemp(r->folder) != NULL ? 0 : -1;
}

static int drop_room(void **state) {
    room *r = *state;
    wrt_dir_each(r->folder, remove_entry, r->folder, NULL);
    int rc = rmdir(r->folder);
    free(r);
    return rc;
}

static void file_reads_back_what_was_written(void **state) {
    const room *r = *state;
    char *path = wrt_path_join(r->folder, "x.bin");
    wrt_str data = {"a\0b\n", 4};
    assert_int_equal(wrt_file_write(path, data, 0640, NULL), WRT_OK);
    struct stat info;
    assert_int_equal(stat(path, &info), 0);
    assert_int_equal(info.st_mode & 0137, 0);                         /* 0640 less the umask */
    assert_int_equal(wrt_file_write(path, data, 0600, NULL), WRT_OK); /* replaces */
    wrt_buf out = wrt_buf_make(100);
    wrt_buf_add_c(&out, ">");
    assert_int_equal(wrt_file_read(&out, path, 4, NULL), WRT_OK);
    assert_int_equal(out.len, 5);
    assert_memory_equal(out.ptr, ">a\0b\n", 5);
    wrt_buf_free(&out);
    free(path);
}

static wrt_status append_name(const char *name, void *ctx) {
    wrt_buf *names = ctx;
    wrt_buf_printf(names, "%s;", name);
    return strcmp(name, "stop") == 0 ? WRT_E_DENIED : WRT_OK;
}

static void file_write_leaves_no_temporary(void **state) {
    const room *r = *state;
    char *path = wrt_path_join(r->folder, "only");
    char *inside = wrt_path_join(path, "x");
    assert_int_equal(wrt_file_write(path, WRT_STR("1"), 0600, NULL), WRT_OK);
    assert_int_equal(wrt_file_write(inside, WRT_STR("1"), 0600, NULL), WRT_E_FAILED);
    wrt_buf names = wrt_buf_make(100);
    assert_int_equal(wrt_dir_each(r->folder, append_name, &names, NULL), WRT_OK);
    assert_string_equal(names.ptr, "only;");
    wrt_buf_free(&names);
    free(inside);
    free(path);
}

static void file_read_keeps_the_buffer_when_it_fails(void **state) {
    const room *r = *state;
    wrt_err err = {0};
    char *path = wrt_path_join(r->folder, "big");
    assert_int_equal(wrt_file_write(path, WRT_STR("12345"), 0600, NULL), WRT_OK);
    wrt_buf out = wrt_buf_make(4);
    wrt_buf_add_c(&out, "ab");
    assert_int_equal(wrt_file_read(&out, path, 4, &err), WRT_E_LIMIT);
    assert_int_equal(wrt_file_read(&out, path, 50, &err), WRT_E_LIMIT); /* the buffer's own cap */
    assert_string_equal(out.ptr, "ab");
    assert_false(out.overflow);
    wrt_buf_free(&out);
    free(path);
}

static void file_read_says_what_is_wrong(void **state) {
    room *r = *state;
    wrt_err err = {0};
    wrt_buf out = wrt_buf_make(100);
    char *path = wrt_path_join(r->folder, "absent");
    assert_int_equal(wrt_file_read(&out, path, 9, &err), WRT_E_NOT_FOUND);
    assert_string_equal(err.message, "absent: no such file");
    assert_int_equal(wrt_file_read(&out, r->folder, 9, &err), WRT_E_INPUT);
    assert_null(strstr(err.message, "/tmp"));
    assert_int_equal(mkfifo(path, 0600), 0);
    assert_int_equal(wrt_file_read(&out, path, 9, &err), WRT_E_INPUT);
    assert_int_equal(wrt_file_read(&out, "/dev/zero", 9, &err), WRT_E_INPUT);
    wrt_buf_free(&out);
    free(path);
}

static void file_dir_make_makes_parents_once(void **state) {
    const room *r = *state;
    char path[64];
    snprintf(path, sizeof path, "%s/a/b//c/", r->folder);
    assert_int_equal(wrt_dir_make(path, 0700, NULL), WRT_OK);
    assert_int_equal(wrt_dir_make(path, 0700, NULL), WRT_OK);
    assert_true(wrt_file_exists(path));
    snprintf(path, sizeof path, "%s/a/b/c/file", r->folder);
    assert_int_equal(wrt_file_write(path, WRT_STR(""), 0600, NULL), WRT_OK);
    assert_int_equal(wrt_dir_make(path, 0700, NULL), WRT_E_INPUT);
    unlink(path);
    for (const char *part = "c"; part != NULL; part = strcmp(part, "c") == 0 ? "b" : NULL) {
        snprintf(path, sizeof path, "%s/a/%s", r->folder, strcmp(part, "c") == 0 ? "b/c" : "b");
        assert_int_equal(rmdir(path), 0);
    }
}

static void file_dir_each_sorts_and_stops(void **state) {
    const room *r = *state;
    static const char *const names[] = {"stop", "b", "a", "Z", "z"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        char *path = wrt_path_join(r->folder, names[i]);
        assert_int_equal(wrt_file_write(path, WRT_STR(""), 0600, NULL), WRT_OK);
        free(path);
    }
    wrt_buf seen = wrt_buf_make(100);
    assert_int_equal(wrt_dir_each(r->folder, append_name, &seen, NULL), WRT_E_DENIED);
    assert_string_equal(seen.ptr, "Z;a;b;stop;");
    wrt_buf_free(&seen);
    assert_int_equal(wrt_dir_each("/tmp/wrt-no-such", append_name, NULL, NULL), WRT_E_NOT_FOUND);
}

static void file_paths_join_and_split(void **state) {
    (void)state;
    static const char *const cases[][2] = {{"a/b", "b"}, {"a", "a"},     {"/", "/"},
                                           {"", ""},     {"a/b/", "b/"}, {"//x", "x"}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        assert_string_equal(wrt_path_base(cases[i][0]), cases[i][1]);
    static const char *const joins[][3] = {
        {"a", "b", "a/b"}, {"a/", "b", "a/b"}, {"", "b", "b"}, {"/", "b", "/b"}};
    for (size_t i = 0; i < sizeof joins / sizeof joins[0]; i++) {
        char *path = wrt_path_join(joins[i][0], joins[i][1]);
        assert_string_equal(path, joins[i][2]);
        free(path);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(file_reads_back_what_was_written, make_room, drop_room),
        cmocka_unit_test_setup_teardown(file_write_leaves_no_temporary, make_room, drop_room),
        cmocka_unit_test_setup_teardown(file_read_keeps_the_buffer_when_it_fails, make_room,
                                        drop_room),
        cmocka_unit_test_setup_teardown(file_read_says_what_is_wrong, make_room, drop_room),
        cmocka_unit_test_setup_teardown(file_dir_make_makes_parents_once, make_room, drop_room),
        cmocka_unit_test_setup_teardown(file_dir_each_sorts_and_stops, make_room, drop_room),
        cmocka_unit_test(file_paths_join_and_split),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
