/* input.h: the bytes of a file, decompressed on the way.
 *
 * gzip (with several members), bzip2 and zstd are recognised by their first bytes, whatever the
 * name says; anything else is handed on as it is. A Git-LFS pointer is recognised and refused with
 * its oid and size, because it stands for a file that was never downloaded. Memory is bounded by
 * two pieces whatever the file's size. */
#ifndef WRT_BASE_INPUT_H
#define WRT_BASE_INPUT_H

#include "base/err.h"
#include "base/str.h"

typedef struct wrt_input wrt_input;

enum { WRT_INPUT_PIECE = 1 << 17 };

/* Opens a regular file, or standard input for "-". Missing: WRT_E_NOT_FOUND; a folder or device, or
 * a Git-LFS pointer: WRT_E_INPUT. */
wrt_status wrt_input_open(wrt_input **out, const char *path, wrt_err *err);
/* The same over bytes that outlive the input; name stands for the file in messages. */
wrt_status wrt_input_open_bytes(wrt_input **out, wrt_str bytes, const char *name, wrt_err *err);
/* The same from an open descriptor, which stays open and the caller's. One that can be repositioned
 * is read from its start. */
wrt_status wrt_input_open_fd(wrt_input **out, int fd, const char *name, wrt_err *err);
bool wrt_input_is_seekable(const wrt_input *input); /* of a descriptor: it can be read again */
void wrt_input_close(wrt_input *input);             /* accepts NULL */

/* The next piece, at most WRT_INPUT_PIECE bytes, borrowed until the next call; empty at the end.
 * Damaged or cut compressed data is WRT_E_INPUT. */
wrt_status wrt_input_read(wrt_str *piece, wrt_input *input, wrt_err *err);

/* What the next wrt_input_read would give, without taking it: lines and pieces begin there still.
 */
wrt_status wrt_input_peek(wrt_str *piece, wrt_input *input, wrt_err *err);

/* The next line without its line feed (or CR LF), borrowed until the next call; *got is false at
 * the end. The last line may lack a line feed. A line of more than cap bytes is WRT_E_LIMIT naming
 * its number; reading may go on with the line after it. Not to be mixed with wrt_input_read. */
wrt_status wrt_input_line(bool *got, wrt_str *line, wrt_input *input, size_t cap, wrt_err *err);
uint64_t wrt_input_line_number(const wrt_input *input); /* of the last line, from 1 */

const char *wrt_input_name(const wrt_input *input); /* last path component */
uint64_t wrt_input_offset(const wrt_input *input);  /* bytes of the file read so far, as stored */

#endif
