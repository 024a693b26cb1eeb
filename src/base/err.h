/* err.h: how every function of Warrant reports failure.
 *
 * A function that can fail returns a wrt_status and takes an optional caller-owned wrt_err as its
 * last parameter. The message is one line, names the offending thing and what would be accepted,
 * and never holds a key, an absolute path of the machine's owner or SQL text. Nothing is kept in
 * globals, so a status is never stale. */
#ifndef WRT_BASE_ERR_H
#define WRT_BASE_ERR_H

#include <stdarg.h>
#include <stdbool.h>

/* Zero is success, every failure is negative. wrt_status_exit_code gives the process exit code. */
typedef enum {
    WRT_OK = 0,
    WRT_E_FAILED = -1,      /* a runtime failure (I/O, a library said no)             exit 1 */
    WRT_E_INPUT = -2,       /* bad input: an argument, a file, a schema               exit 2 */
    WRT_E_LIMIT = -3,       /* input larger than a documented cap                     exit 2 */
    WRT_E_UNSUPPORTED = -4, /* well formed, but this build or backend cannot do it    exit 2 */
    WRT_E_NOT_FOUND = -5,   /* ran well, no supported answer                          exit 3 */
    WRT_E_CREDENTIAL = -6,  /* a key is missing or was refused                        exit 4 */
    WRT_E_DENIED = -7,      /* denied by policy or by a person                        exit 5 */
    WRT_E_INTEGRITY = -8,   /* stored run data is unreadable or altered               exit 6 */
    WRT_E_UNAVAILABLE = -9, /* an external service did not answer; retryable          exit 7 */
    WRT_E_TIMEOUT = -10,    /* budget or deadline exceeded; resumable                 exit 8 */
    WRT_E_INTERRUPTED = -11 /* stopped by a person or a signal; resumable           exit 130 */
} wrt_status;

enum { WRT_ERR_MESSAGE_MAX = 512 };

typedef struct {
    wrt_status code;
    char message[WRT_ERR_MESSAGE_MAX]; /* one line, NUL-terminated, cut at the cap */
} wrt_err;

/* Fills *err (when not NULL) with code and the formatted message; returns code. */
wrt_status wrt_fail(wrt_err *err, wrt_status code, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Puts "prefix: " before the message already in *err; returns its code (WRT_OK when err is NULL
 * or clear). Used once, where a caller knows the name of the file or step that failed. */
wrt_status wrt_err_prefix(wrt_err *err, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Short stable name of a status for JSON output: "ok", "input", "limit", "integrity", ... */
const char *wrt_status_name(wrt_status status);

/* The status of that name; false for a name that is none of them, and *out is left alone. */
bool wrt_status_of_name(wrt_status *out, const char *name);

/* Process exit code of a status, 0 to 8 or 130, which shells give to a program ended by SIGINT
 * (CONTRACTS.md, "Streams, envelopes, exit codes"). */
int wrt_status_exit_code(wrt_status status);

/* True when the same call may succeed later without any change of input. */
int wrt_status_is_retryable(wrt_status status);

/* Memory exhaustion ends the process through this one hook: prints one line and aborts. */
_Noreturn void wrt_out_of_memory(void);

#endif
