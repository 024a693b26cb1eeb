/* load.h: a model from a file in any of the forms that are read: *.scm.json, a Bayesian network in
 * BIF (formats/bif.h), the configuration of the authors of SD-SCM (formats/authors.h); compressed
 * or not (base/input.h). */
#ifndef WRT_SCM_LOAD_H
#define WRT_SCM_LOAD_H

#include "scm/model.h"

enum { WRT_SCM_FILE_MAX = 1 << 26 }; /* bytes once decompressed */

/* *notes (may be NULL) becomes a list of texts that say what was altered in reading, such as rows
 * that were divided by their sums; the caller frees it. Messages begin with the file's name. A file
 * that is not there is WRT_E_INPUT. */
wrt_status wrt_scm_load(wrt_scm **out, wrt_json **notes, const char *path, wrt_err *err);
/* The same from an open descriptor, which stays the caller's; name is for messages. */
wrt_status wrt_scm_load_fd(wrt_scm **out, wrt_json **notes, int fd, const char *name, wrt_err *err);
/* The same from text. */
wrt_status wrt_scm_load_text(wrt_scm **out, wrt_json **notes, wrt_str text, wrt_err *err);

#endif
