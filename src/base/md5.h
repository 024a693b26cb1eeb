/* md5.h: the MD5 of a file, for comparison with a published checksum only.
 *
 * Distributors (NLM among them) publish MD5 sums beside their files; they tell a cut or damaged
 * download. MD5 is broken as protection against people: whatever must be tamper-evident is hashed
 * by hash.h. Method: RFC 1321. */
#ifndef WRT_BASE_MD5_H
#define WRT_BASE_MD5_H

#include "base/err.h"
#include "base/str.h"

enum { WRT_MD5_HEX = 32 };

void wrt_md5_of(char out[WRT_MD5_HEX + 1], wrt_str bytes); /* lower-case hex */

/* Streams the file. WRT_E_NOT_FOUND or WRT_E_FAILED name its last path component. */
wrt_status wrt_md5_of_file(char out[WRT_MD5_HEX + 1], const char *path, wrt_err *err);

#endif
