/* input.c: raw bytes -> codec -> pieces -> lines.
 *
 *   fd or bytes --raw--> [codec] --piece--> line
 *
 * Raw bytes come in pieces of WRT_INPUT_PIECE; without compression a raw piece is handed on as it
 * is. A line that lies within one piece is a view into it; only a line that spans pieces is copied
 * together, so that memory is two pieces and the longest line within its cap. */
#include "base/input.h"

#include "base/arena.h"
#include "base/buf.h"
#include "base/file.h"
#include "base/input_codec.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { START_BYTES = 1024, OID_SHOWN = 80 };

struct wrt_input {
    char *name;
    int fd; /* -1 when reading bytes */
    bool is_fd_ours;
    bool is_seekable; /* a descriptor of the caller's that could be repositioned */
    wrt_str memory;   /* what is left of them */
    char *room;       /* raw bytes of a file */
    wrt_str raw;      /* read and not yet handed on */
    bool is_raw_end;
    uint64_t offset;
    wrt_codec *codec; /* NULL when not compressed */
    char *unpacked;
    wrt_str piece; /* peeked at, or what the line reader left of it */
    wrt_buf joined;
    uint64_t line_number;
};

/* ---- raw bytes */

static wrt_status read_failed(const wrt_input *input, wrt_err *err) {
    return wrt_fail(err, WRT_E_FAILED, "%s: cannot be read: %s", input->name, strerror(errno));
}

/* Appends to the raw bytes in room, which must be at its start. */
static wrt_status read_more(wrt_input *input, wrt_err *err) {
    for (;;) {
        ssize_t got =
            read(input->fd, input->room + input->raw.len, WRT_INPUT_PIECE - input->raw.len);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return read_failed(input, err);
        input->raw = (wrt_str){input->room, input->raw.len + (size_t)got};
        input->offset += (uint64_t)got;
        input->is_raw_end = got == 0;
        return WRT_OK;
    }
}

/* Raw bytes when there are none; leaves raw empty at the end of the file. */
static wrt_status fill_raw(wrt_input *input, wrt_err *err) {
    if (input->raw.len > 0 || input->is_raw_end)
        return WRT_OK;
    if (input->fd >= 0) {
        input->raw = (wrt_str){input->room, 0};
        return read_more(input, err);
    }
    size_t len = input->memory.len < WRT_INPUT_PIECE ? input->memory.len : WRT_INPUT_PIECE;
    input->raw = (wrt_str){input->memory.ptr, len};
    input->memory = (wrt_str){len > 0 ? input->memory.ptr + len : NULL, input->memory.len - len};
    input->offset += len;
    input->is_raw_end = len == 0;
    return WRT_OK;
}

/* ---- opening */

/* The value of "key value" on a line of its own, cut at OID_SHOWN bytes. */
static wrt_str pointer_field(wrt_str text, const char *key) {
    wrt_str line, rest = text;
    while (wrt_str_cut(&line, &rest, '\n')) {
        if (!wrt_str_starts_with(line, wrt_str_of(key)))
            continue;
        line = wrt_str_trim((wrt_str){line.ptr + strlen(key), line.len - strlen(key)});
        return (wrt_str){line.ptr, line.len < OID_SHOWN ? line.len : OID_SHOWN};
    }
    return WRT_STR("?");
}

static wrt_status refuse_pointer(const wrt_input *input, wrt_err *err) {
    if (!wrt_str_starts_with(input->raw, WRT_STR("version https://git-lfs.github.com/spec/")))
        return WRT_OK;
    wrt_str oid = pointer_field(input->raw, "oid "), size = pointer_field(input->raw, "size ");
    return wrt_fail(err, WRT_E_INPUT,
                    "%s is a Git-LFS pointer, not the data (%.*s, %.*s bytes): run `git lfs pull` "
                    "in the repository it came from and use the fetched file",
                    input->name, (int)oid.len, oid.ptr, (int)size.len, size.ptr);
}

/* Looks at the first bytes, which a pipe may hand out in small parts. */
static wrt_status recognise(wrt_input *input, wrt_err *err) {
    wrt_status status = fill_raw(input, err);
    while (status == WRT_OK && input->fd >= 0 && !input->is_raw_end && input->raw.len < START_BYTES)
        status = read_more(input, err);
    if (status == WRT_OK)
        status = refuse_pointer(input, err);
    if (status != WRT_OK)
        return status;
    wrt_codec_kind kind = wrt_codec_detect(input->raw);
    if (kind != WRT_CODEC_NONE) {
        input->codec = wrt_codec_new(kind, input->name);
        input->unpacked = wrt_calloc(WRT_INPUT_PIECE, 1);
    }
    return WRT_OK;
}

/* O_NONBLOCK because opening a named pipe would wait for a writer. */
static wrt_status open_regular(int *fd, const char *path, const char *name, wrt_err *err) {
    struct stat about;
    *fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (*fd < 0 && (errno == ENOENT || errno == ENOTDIR))
        return wrt_fail(err, WRT_E_NOT_FOUND, "%s: no such file", name);
    if (*fd < 0 || fstat(*fd, &about) != 0)
        return wrt_fail(err, WRT_E_FAILED, "%s: cannot be opened: %s", name, strerror(errno));
    if (!S_ISREG(about.st_mode))
        return wrt_fail(err, WRT_E_INPUT, "%s: a regular file is accepted, not a %s", name,
                        S_ISDIR(about.st_mode) ? "folder" : "device or pipe");
    return WRT_OK;
}

static wrt_input *input_new(const char *name) {
    wrt_input *input = wrt_calloc(1, sizeof *input);
    input->name = wrt_strdup(name);
    input->fd = -1;
    return input;
}

static wrt_status finish_open(wrt_input **out, wrt_input *input, wrt_status status, wrt_err *err) {
    if (status == WRT_OK)
        status = recognise(input, err);
    if (status == WRT_OK)
        *out = input;
    else
        wrt_input_close(input);
    return status;
}

wrt_status wrt_input_open(wrt_input **out, const char *path, wrt_err *err) {
    *out = NULL;
    bool is_standard = strcmp(path, "-") == 0;
    wrt_input *input = input_new(is_standard ? "standard input" : wrt_path_base(path));
    input->room = wrt_calloc(WRT_INPUT_PIECE, 1);
    wrt_status status = WRT_OK;
    input->is_fd_ours = !is_standard;
    if (is_standard)
        input->fd = STDIN_FILENO;
    else
        status = open_regular(&input->fd, path, input->name, err);
    return finish_open(out, input, status, err);
}

wrt_status wrt_input_open_bytes(wrt_input **out, wrt_str bytes, const char *name, wrt_err *err) {
    *out = NULL;
    wrt_input *input = input_new(name);
    input->memory = bytes;
    return finish_open(out, input, WRT_OK, err);
}

wrt_status wrt_input_open_fd(wrt_input **out, int fd, const char *name, wrt_err *err) {
    *out = NULL;
    wrt_input *input = input_new(name);
    input->room = wrt_calloc(WRT_INPUT_PIECE, 1);
    input->fd = fd;
    input->is_seekable = lseek(fd, 0, SEEK_SET) == 0;
    return finish_open(out, input, WRT_OK, err);
}

bool wrt_input_is_seekable(const wrt_input *input) {
    return input->is_seekable;
}

void wrt_input_close(wrt_input *input) {
    if (input == NULL)
        return;
    if (input->is_fd_ours && input->fd >= 0)
        close(input->fd);
    wrt_codec_free(input->codec);
    wrt_buf_free(&input->joined);
    free(input->unpacked);
    free(input->room);
    free(input->name);
    free(input);
}

/* ---- pieces */

static wrt_status read_packed(wrt_str *piece, wrt_input *input, wrt_err *err) {
    wrt_codec_io io = {.out = input->unpacked, .out_len = WRT_INPUT_PIECE};
    while (io.out_len == WRT_INPUT_PIECE) {
        wrt_status status = fill_raw(input, err);
        if (status != WRT_OK)
            return status;
        bool is_end = input->raw.len == 0;
        io.in = input->raw.ptr;
        io.in_len = input->raw.len;
        status = wrt_codec_step(input->codec, &io, err);
        input->raw = (wrt_str){io.in, io.in_len};
        if (status != WRT_OK)
            return status;
        if (is_end && io.out_len == WRT_INPUT_PIECE) {
            if (!wrt_codec_may_end(input->codec))
                return wrt_fail(err, WRT_E_INPUT,
                                "%s is cut off: its compressed data has no end; fetch the file "
                                "again",
                                input->name);
            break;
        }
    }
    *piece = (wrt_str){input->unpacked, WRT_INPUT_PIECE - io.out_len};
    return WRT_OK;
}

static wrt_status read_piece(wrt_str *piece, wrt_input *input, wrt_err *err) {
    *piece = WRT_STR("");
    if (input->codec != NULL)
        return read_packed(piece, input, err);
    wrt_status status = fill_raw(input, err);
    if (status == WRT_OK && input->raw.len > 0) {
        *piece = input->raw;
        input->raw.len = 0;
    }
    return status;
}

wrt_status wrt_input_peek(wrt_str *piece, wrt_input *input, wrt_err *err) {
    wrt_status status = WRT_OK;
    if (input->piece.len == 0)
        status = read_piece(&input->piece, input, err);
    *piece = input->piece;
    return status;
}

wrt_status wrt_input_read(wrt_str *piece, wrt_input *input, wrt_err *err) {
    wrt_status status = wrt_input_peek(piece, input, err);
    input->piece.len = 0;
    return status;
}

/* ---- lines */

static wrt_str without_return(wrt_str line) {
    if (line.len > 0 && line.ptr[line.len - 1] == '\r')
        line.len--;
    return line;
}

static wrt_status line_too_long(const wrt_input *input, size_t cap, wrt_err *err) {
    return wrt_fail(err, WRT_E_LIMIT, "%s:%llu: the line is longer than %zu bytes", input->name,
                    (unsigned long long)input->line_number, cap);
}

/* A line that the current piece does not end: parts are joined up to the cap, and skipped beyond it
 * so that the next call begins after the line. */
static wrt_status join_line(bool *got, wrt_str *line, wrt_input *input, size_t cap, wrt_err *err) {
    bool is_ended = false;
    wrt_buf_free(&input->joined);
    input->joined = wrt_buf_make(cap + 1); /* the carriage return does not count */
    *got = false;
    while (!is_ended) {
        if (input->piece.len == 0) {
            wrt_status status = read_piece(&input->piece, input, err);
            if (status != WRT_OK)
                return status;
            if (input->piece.len == 0)
                break;
        }
        *got = true;
        const char *end = memchr(input->piece.ptr, '\n', input->piece.len);
        is_ended = end != NULL;
        size_t len = is_ended ? (size_t)(end - input->piece.ptr) : input->piece.len;
        wrt_buf_add(&input->joined, input->piece.ptr, len);
        len += is_ended ? 1 : 0;
        input->piece = (wrt_str){input->piece.ptr + len, input->piece.len - len};
    }
    input->line_number += *got ? 1 : 0;
    *line = without_return(wrt_buf_str(&input->joined));
    return input->joined.overflow || line->len > cap ? line_too_long(input, cap, err) : WRT_OK;
}

wrt_status wrt_input_line(bool *got, wrt_str *line, wrt_input *input, size_t cap, wrt_err *err) {
    *line = WRT_STR("");
    const char *from = input->piece.ptr;
    const char *end = input->piece.len > 0 ? memchr(from, '\n', input->piece.len) : NULL;
    if (end == NULL)
        return join_line(got, line, input, cap, err);
    size_t len = (size_t)(end - from);
    input->piece = (wrt_str){end + 1, input->piece.len - len - 1};
    input->line_number++;
    *got = true;
    *line = without_return((wrt_str){from, len});
    return line->len > cap ? line_too_long(input, cap, err) : WRT_OK;
}

uint64_t wrt_input_line_number(const wrt_input *input) {
    return input->line_number;
}

const char *wrt_input_name(const wrt_input *input) {
    return input->name;
}

uint64_t wrt_input_offset(const wrt_input *input) {
    return input->offset;
}
