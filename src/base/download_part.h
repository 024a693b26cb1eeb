/* download_part.h: the unfinished file of a download and the note beside it; for download.c. */
#ifndef WRT_BASE_DOWNLOAD_PART_H
#define WRT_BASE_DOWNLOAD_PART_H

#include "base/download.h"
#include "base/http.h"

#include <stdio.h>

typedef struct {
    char *path, *note_path; /* PATH.part, PATH.part.json */
    FILE *file;             /* locked against another download */
    uint64_t bytes;         /* written so far */
    /* What the note says of them; "" and -1 when it says nothing. */
    char etag[WRT_HTTP_TAG_MAX + 1], last_modified[WRT_HTTP_TAG_MAX + 1];
    int64_t total;
} wrt_part;

/* Opens and locks the unfinished file. What is in it counts only when the note is of this address
 * and size; else it is emptied. */
wrt_status wrt_part_open(wrt_part *out, const wrt_download *job, wrt_err *err);
void wrt_part_close(wrt_part *part);
void wrt_part_remove(wrt_part *part); /* both files */

wrt_status wrt_part_restart(wrt_part *part, wrt_err *err);
wrt_status wrt_part_write(wrt_part *part, wrt_str bytes, wrt_err *err);

/* Notes the version of the answer, before its bytes are written. */
wrt_status wrt_part_note(wrt_part *part, const wrt_download *job, const wrt_http_response *answer,
                         wrt_err *err);

/* The validator for If-Range: a strong ETag, else the date; NULL when there is none. */
const char *wrt_part_validator(const wrt_part *part);

/* Flushes, checks size, SHA-256 and that it is no Git-LFS pointer, and puts the file in place. */
wrt_status wrt_part_finish(wrt_download_result *out, wrt_part *part, const wrt_download *job,
                           wrt_err *err);

#endif
