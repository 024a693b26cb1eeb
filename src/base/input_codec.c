/* input_codec.c: gzip (RFC 1952), bzip2 and zstd (RFC 8878) as streams.
 *
 * gzip and bzip2 end their stream at the end of a member; when more bytes follow, the stream is set
 * back and reads the next one, as gunzip and bunzip2 do. Zero bytes after the last member are
 * padding (tapes, some mirrors) and skipped; anything else there is damage. zstd walks over frames
 * by itself. Windows are bounded by the formats: 32 KiB, about 4 MB, and 128 MiB for zstd, which
 * refuses a frame that asks for more. */
#include "base/input_codec.h"

#include "base/arena.h"

#include <bzlib.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>
#include <zstd.h>

enum { GZIP_WINDOW = 15 + 16 };

struct wrt_codec {
    wrt_codec_kind kind;
    const char *name;
    bool is_between; /* before, between or after members */
    bool is_padded;  /* zero bytes were seen after a member */
    bool is_started; /* a member was read */
    z_stream gzip;
    bz_stream bzip2;
    ZSTD_DStream *zstd;
};

/* ---- recognising */

static bool is_bzip2(wrt_str start) {
    static const char block[] = "1AY&SY", end[] = "\x17\x72\x45\x38\x50\x90";
    return start.len >= 10 && memcmp(start.ptr, "BZh", 3) == 0 && start.ptr[3] >= '1' &&
           start.ptr[3] <= '9' &&
           (memcmp(start.ptr + 4, block, 6) == 0 || memcmp(start.ptr + 4, end, 6) == 0);
}

/* A frame, or a frame to be skipped that stands before one. */
static bool is_zstd(wrt_str start) {
    if (start.len < 4)
        return false;
    return memcmp(start.ptr, "\x28\xb5\x2f\xfd", 4) == 0 ||
           (((unsigned char)start.ptr[0] & 0xF0) == 0x50 &&
            memcmp(start.ptr + 1, "\x2a\x4d\x18", 3) == 0);
}

wrt_codec_kind wrt_codec_detect(wrt_str start) {
    if (wrt_str_starts_with(start, WRT_STR("\x1f\x8b")))
        return WRT_CODEC_GZIP;
    if (is_bzip2(start))
        return WRT_CODEC_BZIP2;
    return is_zstd(start) ? WRT_CODEC_ZSTD : WRT_CODEC_NONE;
}

const char *wrt_codec_name(wrt_codec_kind kind) {
    static const char *const names[] = {"plain", "gzip", "bzip2", "zstd"};
    return names[kind];
}

/* ---- life */

/* Memory is the only reason for which the libraries refuse. */
static void must(bool holds) {
    if (!holds)
        wrt_out_of_memory();
}

wrt_codec *wrt_codec_new(wrt_codec_kind kind, const char *name) {
    wrt_codec *codec = wrt_calloc(1, sizeof *codec);
    codec->kind = kind;
    codec->name = name;
    codec->is_between = true;
    if (kind == WRT_CODEC_GZIP) {
        must(inflateInit2(&codec->gzip, GZIP_WINDOW) == Z_OK);
    } else if (kind == WRT_CODEC_BZIP2) {
        must(BZ2_bzDecompressInit(&codec->bzip2, 0, 0) == BZ_OK);
    } else {
        codec->zstd = ZSTD_createDStream();
        must(codec->zstd != NULL);
    }
    return codec;
}

void wrt_codec_free(wrt_codec *codec) {
    if (codec == NULL)
        return;
    if (codec->kind == WRT_CODEC_GZIP)
        (void)inflateEnd(&codec->gzip);
    else if (codec->kind == WRT_CODEC_BZIP2)
        (void)BZ2_bzDecompressEnd(&codec->bzip2);
    else
        (void)ZSTD_freeDStream(codec->zstd);
    free(codec);
}

bool wrt_codec_may_end(const wrt_codec *codec) {
    return codec->is_between && codec->is_started;
}

/* ---- one step each */

static wrt_status damaged(const wrt_codec *codec, const char *what, wrt_err *err) {
    return wrt_fail(err, WRT_E_INPUT, "%s: damaged %s data (%s): fetch the file again", codec->name,
                    wrt_codec_name(codec->kind), what);
}

static unsigned clamp(size_t len) {
    return len < UINT_MAX ? (unsigned)len : UINT_MAX;
}

/* The pointers of zlib and bzlib are not const-correct; neither writes through them. */
static void *input_of(const wrt_codec_io *io) {
    union {
        const char *from;
        void *to;
    } pointer = {io->in};
    return pointer.to;
}

static void advance(wrt_codec_io *io, size_t used, size_t made) {
    io->in += used;
    io->in_len -= used;
    io->out += made;
    io->out_len -= made;
}

static wrt_status step_gzip(wrt_codec *codec, wrt_codec_io *io, wrt_err *err) {
    z_stream *stream = &codec->gzip;
    unsigned in = clamp(io->in_len), out = clamp(io->out_len);
    stream->next_in = input_of(io);
    stream->avail_in = in;
    stream->next_out = (Bytef *)io->out;
    stream->avail_out = out;
    int rc = inflate(stream, Z_NO_FLUSH);
    advance(io, in - stream->avail_in, out - stream->avail_out);
    if (rc == Z_MEM_ERROR)
        wrt_out_of_memory();
    if (rc != Z_OK && rc != Z_STREAM_END && rc != Z_BUF_ERROR)
        return damaged(codec, stream->msg != NULL ? stream->msg : "no such stream", err);
    codec->is_between = rc == Z_STREAM_END;
    if (codec->is_between)
        must(inflateReset(stream) == Z_OK);
    return WRT_OK;
}

static wrt_status step_bzip2(wrt_codec *codec, wrt_codec_io *io, wrt_err *err) {
    bz_stream *stream = &codec->bzip2;
    unsigned in = clamp(io->in_len), out = clamp(io->out_len);
    stream->next_in = input_of(io);
    stream->avail_in = in;
    stream->next_out = io->out;
    stream->avail_out = out;
    int rc = BZ2_bzDecompress(stream);
    advance(io, in - stream->avail_in, out - stream->avail_out);
    if (rc == BZ_MEM_ERROR)
        wrt_out_of_memory();
    if (rc != BZ_OK && rc != BZ_STREAM_END)
        return damaged(codec, rc == BZ_DATA_ERROR ? "a checksum does not fit" : "no such stream",
                       err);
    codec->is_between = rc == BZ_STREAM_END;
    if (codec->is_between) {
        (void)BZ2_bzDecompressEnd(stream);
        *stream = (bz_stream){0};
        must(BZ2_bzDecompressInit(stream, 0, 0) == BZ_OK);
    }
    return WRT_OK;
}

static wrt_status step_zstd(wrt_codec *codec, wrt_codec_io *io, wrt_err *err) {
    ZSTD_inBuffer in = {io->in, io->in_len, 0};
    ZSTD_outBuffer out = {io->out, io->out_len, 0};
    size_t rc = ZSTD_decompressStream(codec->zstd, &out, &in);
    if (ZSTD_isError(rc))
        return damaged(codec, ZSTD_getErrorName(rc), err);
    advance(io, in.pos, out.pos);
    codec->is_between = rc == 0;
    return WRT_OK;
}

/* After a member: zero bytes are padding, and after padding nothing else may come. */
static wrt_status skip_padding(wrt_codec *codec, wrt_codec_io *io, wrt_err *err) {
    while (io->in_len > 0 && *io->in == '\0') {
        advance(io, 1, 0);
        codec->is_padded = true;
    }
    if (codec->is_padded && io->in_len > 0)
        return damaged(codec, "other bytes after its end", err);
    return WRT_OK;
}

wrt_status wrt_codec_step(wrt_codec *codec, wrt_codec_io *io, wrt_err *err) {
    if (codec->is_between && codec->is_started) {
        wrt_status status = skip_padding(codec, io, err);
        if (status != WRT_OK || io->in_len == 0)
            return status;
    }
    if (io->in_len > 0)
        codec->is_started = true;
    if (codec->kind == WRT_CODEC_GZIP)
        return step_gzip(codec, io, err);
    return codec->kind == WRT_CODEC_BZIP2 ? step_bzip2(codec, io, err) : step_zstd(codec, io, err);
}
