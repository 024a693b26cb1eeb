/* zip_write.c: ZIP archives written.
 *
 * Nothing in an archive depends on the clock, the user or the order of a folder: the same entries
 * give the same bytes (with one version of zlib, which decides how text is deflated). PKWARE,
 * APPNOTE.TXT 6.3. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#define ZLIB_CONST /* inputs are const */
#include <zlib.h>

#include "base/arena.h"
#include "base/file.h"
#include "base/zip.h"

enum { VERSION = 20, FLAG_UTF8 = 1 << 11, DATE_1980 = 0x21, MADE_BY_UNIX = 3, MODE = 0100644 };

struct wrt_zip_writer {
    char *path;
    char *temporary;
    FILE *file;
    wrt_buf directory;
    size_t n;
    size_t at;
};

static void add16(wrt_buf *out, unsigned value) {
    const char bytes[2] = {(char)(value & 0xFF), (char)(value >> 8)};
    wrt_buf_add(out, bytes, 2);
}

static void add32(wrt_buf *out, size_t value) {
    add16(out, (unsigned)(value & 0xFFFF));
    add16(out, (unsigned)(value >> 16));
}

wrt_status wrt_zip_create(wrt_zip_writer **out, const char *path, wrt_err *err) {
    *out = NULL;
    if (wrt_file_exists(path))
        return wrt_fail(err, WRT_E_INPUT, "%s: there is such a file already; name a new one",
                        wrt_path_base(path));
    wrt_zip_writer *writer = wrt_calloc(1, sizeof *writer);
    size_t room = strlen(path) + 32;
    writer->path = wrt_strdup(path);
    writer->temporary = wrt_calloc(room, 1);
    writer->directory = wrt_buf_make(UINT32_MAX);
    snprintf(writer->temporary, room, "%s.new-%ld", path, (long)getpid());
    writer->file = fopen(writer->temporary, "wbx");
    if (writer->file != NULL) {
        *out = writer;
        return WRT_OK;
    }
    wrt_status status = wrt_fail(err, WRT_E_FAILED, "%s: cannot be written: %s",
                                 wrt_path_base(path), strerror(errno));
    free(writer->temporary);
    writer->temporary = NULL;
    wrt_zip_writer_free(writer);
    return status;
}

static wrt_status put(wrt_zip_writer *writer, const void *bytes, size_t len, wrt_err *err) {
    if (len > 0 && fwrite(bytes, 1, len, writer->file) != len)
        return wrt_fail(err, WRT_E_FAILED, "%s: cannot be written: %s", wrt_path_base(writer->path),
                        strerror(errno));
    writer->at += len;
    return WRT_OK;
}

/* Raw deflate into a new buffer; NULL when that is not shorter. */
static unsigned char *deflated(size_t *len, wrt_str bytes) {
    z_stream stream = {0};
    unsigned char *out = wrt_calloc(bytes.len + 1, 1);
    if (deflateInit2(&stream, 6, Z_DEFLATED, -MAX_WBITS, 8, Z_DEFAULT_STRATEGY) != Z_OK)
        wrt_out_of_memory();
    stream.next_in = (const unsigned char *)bytes.ptr;
    stream.avail_in = (uInt)bytes.len;
    stream.next_out = out;
    stream.avail_out = (uInt)bytes.len;
    bool is_shorter =
        bytes.len > 0 && deflate(&stream, Z_FINISH) == Z_STREAM_END && stream.total_out < bytes.len;
    *len = is_shorter ? stream.total_out : bytes.len;
    deflateEnd(&stream);
    if (is_shorter)
        return out;
    free(out);
    return NULL;
}

/* The fields that the local header and the directory share, from "version needed" on. */
static void add_fields(wrt_buf *out, const char *name, wrt_str bytes, size_t packed) {
    const unsigned char *data = (const unsigned char *)(bytes.len > 0 ? bytes.ptr : "");
    add16(out, VERSION);
    add16(out, FLAG_UTF8);
    add16(out, packed < bytes.len ? Z_DEFLATED : 0);
    add16(out, 0);
    add16(out, DATE_1980);
    add32(out, crc32(0, data, (uInt)bytes.len));
    add32(out, packed);
    add32(out, bytes.len);
    add16(out, (unsigned)strlen(name));
    add16(out, 0);
}

static void add_to_directory(wrt_zip_writer *writer, const char *name, wrt_str bytes,
                             size_t packed) {
    wrt_buf *out = &writer->directory;
    wrt_buf_add_c(out, "PK\1\2");
    add16(out, MADE_BY_UNIX << 8 | VERSION);
    add_fields(out, name, bytes, packed);
    add16(out, 0); /* comment, disk, kind of text */
    add16(out, 0);
    add16(out, 0);
    add32(out, (size_t)MODE << 16);
    add32(out, writer->at);
    wrt_buf_add_c(out, name);
}

wrt_status wrt_zip_add(wrt_zip_writer *writer, const char *name, wrt_str bytes, wrt_err *err) {
    if (writer->n == WRT_ZIP_ENTRIES_MAX || strlen(name) > WRT_ZIP_NAME_MAX ||
        bytes.len >= UINT32_MAX - writer->at)
        return wrt_fail(err, WRT_E_LIMIT, "%s: more than a zip archive can hold; write a folder",
                        wrt_path_base(writer->path));
    size_t packed = 0;
    unsigned char *shorter = deflated(&packed, bytes);
    wrt_buf head = wrt_buf_make(WRT_KIB(1));
    wrt_buf_add_c(&head, "PK\3\4");
    add_fields(&head, name, bytes, packed);
    wrt_buf_add_c(&head, name);
    add_to_directory(writer, name, bytes, packed);
    wrt_status status = put(writer, head.ptr, head.len, err);
    if (status == WRT_OK)
        status = put(writer, shorter != NULL ? (const char *)shorter : bytes.ptr, packed, err);
    writer->n++;
    free(shorter);
    wrt_buf_free(&head);
    return status;
}

wrt_status wrt_zip_finish(wrt_zip_writer *writer, wrt_err *err) {
    size_t start = writer->at;
    wrt_buf *out = &writer->directory;
    size_t size = out->len;
    if (size >= UINT32_MAX - start)
        return wrt_fail(err, WRT_E_LIMIT, "%s: more than a zip archive can hold; write a folder",
                        wrt_path_base(writer->path));
    wrt_buf_add_c(out, "PK\5\6");
    add32(out, 0); /* disks */
    add16(out, (unsigned)writer->n);
    add16(out, (unsigned)writer->n);
    add32(out, size);
    add32(out, start);
    add16(out, 0);
    wrt_status status = put(writer, out->ptr, out->len, err);
    if (status == WRT_OK && (fflush(writer->file) != 0 || fsync(fileno(writer->file)) != 0 ||
                             link(writer->temporary, writer->path) != 0))
        status = wrt_fail(err, WRT_E_FAILED, "%s: cannot be written: %s",
                          wrt_path_base(writer->path), strerror(errno));
    return status;
}

void wrt_zip_writer_free(wrt_zip_writer *writer) {
    if (writer == NULL)
        return;
    if (writer->file != NULL)
        fclose(writer->file);
    if (writer->temporary != NULL)
        unlink(writer->temporary); /* a finished archive has its own name by now */
    wrt_buf_free(&writer->directory);
    free(writer->temporary);
    free(writer->path);
    free(writer);
}
