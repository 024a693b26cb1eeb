/* adapter.h: what the plugins of this folder share: arguments in, engine call, result object out.
 *
 * A tool's body gets parsed arguments and gives data; everything around it (status, coverage,
 * source, echo, warnings, errors, memory of the host) is done once, here. */
#ifndef WRT_TOOLS_ADAPTER_H
#define WRT_TOOLS_ADAPTER_H

#include "base/err.h"
#include "base/json.h"
#include "warrant/plugin.h"

enum { WRT_ADAPTER_TOTAL_UNKNOWN = -1 };

typedef struct {
    const wrt_host *host;
    const wrt_json *args;
    wrt_json *echo;         /* starts as a copy of args; the body adds what it understood */
    wrt_json *warnings;     /* array of text */
    wrt_json *source;       /* [{"id","version","license"}]; NULL: the host names the plugin */
    const char *status;     /* "ok"; wrt_adapter_count sets "empty" */
    const char *error_code; /* used when the body fails; NULL: by its wrt_status */
    int64_t seen, total;    /* coverage */
} wrt_adapter_call;

/* Gives *data. A failure becomes a result with status "error" and err's message; WRT_E_NOT_FOUND
 * becomes status "empty" with the message as a warning and null where the body gave no data. */
typedef wrt_status wrt_adapter_body(wrt_json **data, wrt_adapter_call *call, wrt_err *err);

/* The whole of a tool's run(). */
int wrt_adapter_run(const wrt_host *host, wrt_str args, const char **result,
                    wrt_adapter_body *body);

/* Coverage of a list: seen items of total (or WRT_ADAPTER_TOTAL_UNKNOWN); none: status "empty". */
void wrt_adapter_count(wrt_adapter_call *call, size_t seen, int64_t total);

/* Sets an echo member to the argument, or to the fallback when it was not given. */
void wrt_adapter_echo_text(wrt_adapter_call *call, const char *name, const char *fallback);
void wrt_adapter_echo_int(wrt_adapter_call *call, const char *name, int64_t fallback);

/* ---- services of a 1.2 host; a body may return their status as it is. */

/* Opens the file that an argument names. WRT_E_INPUT when it was not given. The caller closes
 * out->fd; its texts live as long as the call. The file's name and hash go into the echo under the
 * argument's name: {"name","bytes","sha256"}. */
wrt_status wrt_adapter_open_file(wrt_host_file *out, wrt_adapter_call *call, const char *arg,
                                 wrt_err *err);

/* Asks the host's model (plugin.h, host->score); questions are borrowed, the caller frees *answers.
 * WRT_E_DENIED (by policy), WRT_E_UNSUPPORTED (no model), WRT_E_LIMIT (too much), WRT_E_TIMEOUT,
 * WRT_E_UNAVAILABLE, WRT_E_INPUT. */
wrt_status wrt_adapter_score(wrt_json **answers, const wrt_adapter_call *call,
                             const wrt_json *questions, wrt_err *err);
/* What the model is. Caller frees. */
wrt_json *wrt_adapter_model(const wrt_adapter_call *call);

/* A descriptor that writes to a file which the host keeps under this name (plugin.h,
 * host->create_output). Failures as above. The caller closes it. */
wrt_status wrt_adapter_create_output(int *fd, const wrt_adapter_call *call, const char *name,
                                     wrt_err *err);

/* Defines `static int NAME(...)`, the run function of a tool, around a body. */
#define WRT_ADAPTER_RUN(name, body)                                                                \
    static int name(const wrt_host *host, const char *args, size_t len, const char **result) {     \
        return wrt_adapter_run(host, (wrt_str){args, len}, result, body);                          \
    }

#endif
