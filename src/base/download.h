/* download.h: a file from an address, whole or not at all, continued where it was cut.
 *
 * The bytes go to PATH.part; PATH.part.json says which address and which version (ETag, date, size)
 * they are of. The next attempt, of this run or of a later one, asks for the rest of the same
 * version (If-Range, RFC 9110 section 13.1.5) and begins again when the server has another one. A
 * file whose size or SHA-256 is not the expected one, and a Git-LFS pointer, never reach PATH.
 *
 * Addresses: https to any host, http to loopback only, file:// for a local file. At most
 * WRT_DOWNLOAD_HOPS redirects are followed, each under the same rule and never from another host to
 * loopback; every one is told to the caller. Nothing secret is sent. */
#ifndef WRT_BASE_DOWNLOAD_H
#define WRT_BASE_DOWNLOAD_H

#include "base/cancel.h"
#include "base/err.h"
#include "base/hash.h"

enum { WRT_DOWNLOAD_HOPS = 5, WRT_DOWNLOAD_ATTEMPTS = 5 };

typedef struct {
    const char *url;
    const char *path;         /* where the file goes; must not be there yet, see below */
    const char *sha256;       /* expected, 64 hexadecimal digits in lower case; NULL: not known */
    int64_t size;             /* expected, in bytes; -1: not known */
    bool loopback_only;       /* any other host is WRT_E_DENIED before a byte is sent */
    const wrt_cancel *cancel; /* may be NULL */
    void (*hop)(void *ctx, const char *place);                 /* "https://host:port"; or NULL */
    void (*progress)(void *ctx, uint64_t done, int64_t total); /* total -1: unknown; or NULL */
    void *ctx;
} wrt_download;

typedef struct {
    uint64_t bytes;      /* of the file */
    uint64_t resumed_at; /* bytes that were there from an earlier attempt, when it began */
    unsigned hops, attempts;
    bool was_there; /* the file with this SHA-256 was already at path: nothing was sent */
    char sha256[WRT_SHA256_HEX + 1];
} wrt_download_result;

/* WRT_E_INPUT: an address that is not allowed, a file already at path (other than the one of
 * `sha256`), a Git-LFS pointer. WRT_E_NOT_FOUND: the server has no such file (404, 410).
 * WRT_E_CREDENTIAL: 401, 403. WRT_E_DENIED: loopback_only. WRT_E_UNAVAILABLE: cut
 * WRT_DOWNLOAD_ATTEMPTS times, or another answer that is no file; run again to go on; also when
 * another download writes to path. WRT_E_INTERRUPTED: cancelled; run again to go on.
 * WRT_E_INTEGRITY: size or SHA-256 differ; what came was removed. WRT_E_FAILED: the disk. Messages
 * hold no path but the last component. */
wrt_status wrt_download_run(wrt_download_result *out, const wrt_download *job, wrt_err *err);

#endif
