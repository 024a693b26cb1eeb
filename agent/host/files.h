/* files.h: the files that the arguments of one call name, found and opened by the host.
 *
 * A property of args_schema with "format":"file" names a file. The host finds it, opens it for
 * reading and hands the descriptor to the worker; nothing else becomes readable there.
 *
 * Where a path leads. A relative path starts in the working folder or, when there is nothing, in
 * the data folder. Links are followed; what counts is where the file really lies: beneath the
 * working folder ("work"), beneath the data folder ("home"; the inner one when one lies in the
 * other) or "outside". Outside is refused unless
 * the paths were typed by a person (options.anywhere), and the policy sees the place either way.
 * Only regular files are given, of at most WRT_FILES_BYTES_MAX, never one of /proc, /sys or another
 * view of the kernel, and never one beneath the data folder's keys.
 *
 * Nothing is looked up twice: the file is held from the time it was found, so what the policy was
 * asked about is what is opened. Up to WRT_FILES_COPY_MAX the worker gets a sealed copy in memory:
 * it reads the very bytes that were hashed, whatever becomes of the file, and nothing that is
 * written there later. A larger one is handed over itself; that it changed before the call ended is
 * noticed, and its worker does not outlive the call. */
#ifndef WRT_AGENT_HOST_FILES_H
#define WRT_AGENT_HOST_FILES_H

#include "base/buf.h"
#include "base/err.h"
#include "base/hash.h"
#include "base/json.h"

enum {
    WRT_FILES_MAX = 8, /* of one call */
    WRT_FILES_BYTES_MAX = 1 << 30,
    WRT_FILES_COPY_MAX = 64 << 20,
    WRT_FILES_PATH_MAX = 4096,
    WRT_FILES_NAME_MAX = 256
};

typedef struct {
    const char *work; /* working folder; NULL: relative paths are looked for in home only */
    const char *home; /* data folder; may be NULL */
    bool anywhere;    /* a file may lie outside both */
} wrt_files_options;

typedef struct wrt_files wrt_files; /* of one call */

/* Names of the properties that are files, in the order of the schema. Array of text; caller frees.
 */
wrt_json *wrt_files_arguments(const wrt_json *args_schema);

/* Finds the files that args name. Never fails: what cannot be given is told by wrt_files_open.
 * Caller frees. O(files). */
wrt_files *wrt_files_find(const wrt_files_options *options, const wrt_json *args_schema,
                          const wrt_json *args);
void wrt_files_free(wrt_files *files); /* accepts NULL; closes */

/* The path of this argument was typed by a person: when it leads outside, its place is "typed" and
 * the file may be given. */
void wrt_files_allow_typed(wrt_files *files, const char *arg);

/* For the policy: {"places":[...]}, sorted, each once, of "home", "outside", "typed", "work" and
 * "none" for what is not there or is no file that can be given. NULL when no argument names a file.
 * Caller frees. */
wrt_json *wrt_files_places(const wrt_files *files);

/* Opens and hashes those that are not open yet. WRT_E_INPUT, "args.data: wanted ..., found ...".
 * O(bytes). */
wrt_status wrt_files_open(wrt_files *files, wrt_err *err);

/* For the run and the worker: [{"arg","name","bytes","sha256"}] of what is open, in the order of
 * the descriptors. Caller frees. */
wrt_json *wrt_files_record(const wrt_files *files);
size_t wrt_files_descriptors(int out[WRT_FILES_MAX], const wrt_files *files);

/* Appends the bytes of the i-th open file (of wrt_files_record) to out; WRT_E_LIMIT beyond its cap.
 */
wrt_status wrt_files_read(wrt_buf *out, const wrt_files *files, size_t i, wrt_err *err);

/* Files whose bytes the caller has, as a recorded call named them: begun empty, then added in the
 * order of the record, each a sealed copy in memory. `arg` must outlive the files. WRT_E_LIMIT: too
 * many or too large; WRT_E_UNSUPPORTED: the system has no sealed memory. */
wrt_files *wrt_files_begin(void);
wrt_status wrt_files_add(wrt_files *files, const char *arg, const char *name, wrt_str bytes,
                         wrt_err *err);

/* True when a descriptor is the file itself and not a copy. */
bool wrt_files_are_live(const wrt_files *files);

/* WRT_E_INTEGRITY when a live file is no longer what was recorded (size, times). */
wrt_status wrt_files_check_unchanged(const wrt_files *files, wrt_err *err);

#endif
