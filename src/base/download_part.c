/* download_part.c: see download_part.h. */
#include "base/download_part.h"

#include "base/arena.h"
#include "base/file.h"
#include "base/input.h"
#include "base/json.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

enum { NOTE_MAX = 64 << 10 };

static char *with_suffix(const char *path, const char *suffix) {
    wrt_buf text = wrt_buf_make(WRT_KIB(64));
    wrt_buf_printf(&text, "%s%s", path, suffix);
    return wrt_buf_take(&text);
}

static wrt_status fail_disk(const wrt_part *part, wrt_err *err) {
    return wrt_fail(err, WRT_E_FAILED, "%s: cannot be written: %s", wrt_path_base(part->path),
                    strerror(errno));
}

/* ---- opening */

static void copy_text(char out[WRT_HTTP_TAG_MAX + 1], const wrt_json *note, const char *key) {
    const char *text = wrt_json_get_text(note, key, "");
    snprintf(out, WRT_HTTP_TAG_MAX + 1, "%s", strlen(text) <= WRT_HTTP_TAG_MAX ? text : "");
}

/* True when the note is there and of this download. */
static bool read_note(wrt_part *part, const wrt_download *job) {
    wrt_buf text = wrt_buf_make(NOTE_MAX);
    wrt_json *note = NULL;
    bool ours = wrt_file_exists(part->note_path) &&
                wrt_file_read(&text, part->note_path, NOTE_MAX, NULL) == WRT_OK &&
                wrt_json_parse(&note, wrt_buf_str(&text), NULL) == WRT_OK &&
                strcmp(wrt_json_get_text(note, "url", ""), job->url) == 0;
    if (ours) {
        copy_text(part->etag, note, "etag");
        copy_text(part->last_modified, note, "last_modified");
        part->total = wrt_json_get_int(note, "total", -1);
    }
    if (job->size >= 0 && part->total >= 0 && part->total != job->size)
        ours = false;
    wrt_json_free(note);
    wrt_buf_free(&text);
    return ours;
}

static wrt_status lock(const wrt_part *part, wrt_err *err) {
    struct stat info;
    if (fstat(fileno(part->file), &info) != 0 || !S_ISREG(info.st_mode))
        return wrt_fail(err, WRT_E_INPUT, "%s: not a regular file", wrt_path_base(part->path));
    if (flock(fileno(part->file), LOCK_EX | LOCK_NB) != 0)
        return wrt_fail(err, WRT_E_UNAVAILABLE, "%s: another download is writing it",
                        wrt_path_base(part->path));
    return WRT_OK;
}

wrt_status wrt_part_open(wrt_part *out, const wrt_download *job, wrt_err *err) {
    *out = (wrt_part){.path = with_suffix(job->path, ".part"),
                      .note_path = with_suffix(job->path, ".part.json"),
                      .total = -1};
    out->file = fopen(out->path, "ab");
    wrt_status status = out->file != NULL ? lock(out, err) : fail_disk(out, err);
    if (status != WRT_OK) {
        wrt_part_close(out);
        return status;
    }
    bool ours = read_note(out, job);
    off_t end = fseeko(out->file, 0, SEEK_END) == 0 ? ftello(out->file) : -1;
    bool fits = end >= 0 && (out->total < 0 || end <= out->total);
    if (!ours || !fits)
        return wrt_part_restart(out, err);
    out->bytes = (uint64_t)end;
    return WRT_OK;
}

void wrt_part_close(wrt_part *part) {
    if (part->file != NULL)
        fclose(part->file);
    free(part->path);
    free(part->note_path);
    *part = (wrt_part){.total = -1};
}

void wrt_part_remove(wrt_part *part) {
    unlink(part->path);
    unlink(part->note_path);
}

/* ---- writing */

wrt_status wrt_part_restart(wrt_part *part, wrt_err *err) {
    part->bytes = 0;
    part->etag[0] = part->last_modified[0] = '\0';
    part->total = -1;
    if (fflush(part->file) != 0 || ftruncate(fileno(part->file), 0) != 0)
        return fail_disk(part, err);
    return WRT_OK;
}

wrt_status wrt_part_write(wrt_part *part, wrt_str bytes, wrt_err *err) {
    if (fwrite(bytes.ptr, 1, bytes.len, part->file) != bytes.len)
        return fail_disk(part, err);
    part->bytes += bytes.len;
    return WRT_OK;
}

wrt_status wrt_part_note(wrt_part *part, const wrt_download *job, const wrt_http_response *answer,
                         wrt_err *err) {
    wrt_buf text = wrt_buf_make(NOTE_MAX);
    wrt_json *note = wrt_json_new_object();
    memcpy(part->etag, answer->etag, sizeof part->etag);
    memcpy(part->last_modified, answer->last_modified, sizeof part->last_modified);
    wrt_utf8_make_printable(part->etag, strlen(part->etag));
    wrt_utf8_make_printable(part->last_modified, strlen(part->last_modified));
    part->total = answer->length;
    wrt_json_set_text(note, "url", job->url);
    wrt_json_set_text(note, "etag", part->etag);
    wrt_json_set_text(note, "last_modified", part->last_modified);
    if (part->total >= 0 && part->total <= (int64_t)1 << 52)
        wrt_json_set_int(note, "total", part->total);
    wrt_json_write(&text, note);
    wrt_status status = wrt_file_write(part->note_path, wrt_buf_str(&text), 0644, err);
    wrt_json_free(note);
    wrt_buf_free(&text);
    return status;
}

const char *wrt_part_validator(const wrt_part *part) {
    if (part->etag[0] == '"')
        return part->etag;
    return part->last_modified[0] != '\0' ? part->last_modified : NULL;
}

/* ---- the end */

/* Opening a file as input refuses a pointer, with what it points to. */
static wrt_status check_pointer(const wrt_part *part, wrt_err *err) {
    enum { POINTER_MAX = 1024 };
    wrt_input *input = NULL;
    if (part->bytes > POINTER_MAX)
        return WRT_OK;
    wrt_status status = wrt_input_open(&input, part->path, err);
    wrt_input_close(input);
    return status;
}

static wrt_status check_content(wrt_download_result *out, const wrt_part *part,
                                const wrt_download *job, wrt_err *err) {
    const char *name = wrt_path_base(job->path);
    int64_t want = job->size >= 0 ? job->size : part->total;
    wrt_sha256 digest;
    if (want >= 0 && part->bytes != (uint64_t)want)
        return wrt_fail(err, WRT_E_INTEGRITY,
                        "%s: %llu bytes came, %lld were expected: what came was removed", name,
                        (unsigned long long)part->bytes, (long long)want);
    wrt_status status = wrt_sha256_of_file(&digest, part->path, err);
    if (status != WRT_OK)
        return status;
    wrt_sha256_hex(out->sha256, &digest);
    if (job->sha256 != NULL && strcmp(job->sha256, out->sha256) != 0)
        return wrt_fail(err, WRT_E_INTEGRITY,
                        "%s: the SHA-256 is %s, not the expected %s: what came was removed", name,
                        out->sha256, job->sha256);
    return WRT_OK;
}

wrt_status wrt_part_finish(wrt_download_result *out, wrt_part *part, const wrt_download *job,
                           wrt_err *err) {
    if (fflush(part->file) != 0 || fsync(fileno(part->file)) != 0)
        return fail_disk(part, err);
    wrt_status status = check_pointer(part, err);
    if (status == WRT_OK)
        status = check_content(out, part, job, err);
    if (status == WRT_E_INTEGRITY || status == WRT_E_INPUT)
        wrt_part_remove(part);
    if (status != WRT_OK)
        return status;
    if (rename(part->path, job->path) != 0)
        return fail_disk(part, err);
    unlink(part->note_path);
    out->bytes = part->bytes;
    return WRT_OK;
}
