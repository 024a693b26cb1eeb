/* input_codec.h: gzip, bzip2 and zstd behind one step function; private to input*.c. */
#ifndef WRT_BASE_INPUT_CODEC_H
#define WRT_BASE_INPUT_CODEC_H

#include "base/err.h"
#include "base/str.h"

typedef enum { WRT_CODEC_NONE, WRT_CODEC_GZIP, WRT_CODEC_BZIP2, WRT_CODEC_ZSTD } wrt_codec_kind;

/* How a file that begins with these bytes is compressed; 10 bytes decide. */
wrt_codec_kind wrt_codec_detect(wrt_str start);
const char *wrt_codec_name(wrt_codec_kind kind);

typedef struct wrt_codec wrt_codec;

/* kind is not WRT_CODEC_NONE; name stands for the file in messages and outlives the codec. */
wrt_codec *wrt_codec_new(wrt_codec_kind kind, const char *name);
void wrt_codec_free(wrt_codec *codec); /* accepts NULL */

/* What is left to read and to fill; a step moves the pointers and lowers the lengths. */
typedef struct {
    const char *in;
    size_t in_len;
    char *out;
    size_t out_len;
} wrt_codec_io;

/* Decompresses as far as input or room go. Several members, streams or frames one after the other
 * are one text. Damaged data is WRT_E_INPUT. */
wrt_status wrt_codec_step(wrt_codec *codec, wrt_codec_io *io, wrt_err *err);

/* True between two members: here, and nowhere else, the file may end. */
bool wrt_codec_may_end(const wrt_codec *codec);

#endif
