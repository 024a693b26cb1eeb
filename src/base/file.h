/* file.h: whole files, folders and paths. Errors name the last path component only. */
#ifndef WRT_BASE_FILE_H
#define WRT_BASE_FILE_H

#include "base/buf.h"
#include "base/err.h"

/* Reads a regular file (or "-" for standard input) of at most cap bytes into *out, appended.
 * Missing: WRT_E_NOT_FOUND; larger: WRT_E_LIMIT; a folder or device: WRT_E_INPUT. */
wrt_status wrt_file_read(wrt_buf *out, const char *path, size_t cap, wrt_err *err);

/* Writes through a temporary file in the same folder, fsync, rename: all or nothing. */
wrt_status wrt_file_write(const char *path, wrt_str data, unsigned mode, wrt_err *err);

bool wrt_file_exists(const char *path);
wrt_status wrt_dir_make(const char *path, unsigned mode,
                        wrt_err *err); /* with parents; ok if there */

/* Calls visit(name, ctx) for each entry but "." and "..", in bytewise order of names. A non-zero
 * return stops the walk and is returned. */
wrt_status wrt_dir_each(const char *path, wrt_status (*visit)(const char *name, void *ctx),
                        void *ctx, wrt_err *err);

const char *wrt_path_base(const char *path);               /* last component, borrowed */
char *wrt_path_join(const char *folder, const char *name); /* caller frees */

#endif
