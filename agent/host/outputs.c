/* outputs.c: files of a call, from a name to a place under their own hash. */
#include "agent/host/outputs.h"

#include "agent/host/exchange.h"
#include "base/arena.h"
#include "base/file.h"
#include "base/hash.h"
#include "base/sign.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

typedef struct {
    char name[WRT_OUTPUTS_NAME_MAX + 1];
    char *part; /* path until it is kept */
    int fd;
} output;

struct wrt_outputs {
    char *dir;
    bool may_write;
    output item[WRT_OUTPUTS_MAX];
    size_t n;
    int64_t asked;
};

wrt_outputs *wrt_outputs_new(const char *dir, const wrt_json *tool) {
    wrt_outputs *outputs = wrt_calloc(1, sizeof *outputs);
    outputs->dir = dir != NULL ? wrt_strdup(dir) : NULL;
    outputs->may_write = (wrt_json_get_int(tool, "flags", 0) & WRT_TOOL_WRITES) != 0;
    return outputs;
}

static void drop(output *item) {
    if (item->fd >= 0)
        close(item->fd);
    if (item->part != NULL)
        unlink(item->part);
    free(item->part);
    *item = (output){.fd = -1};
}

void wrt_outputs_free(wrt_outputs *outputs) {
    if (outputs == NULL)
        return;
    for (size_t i = 0; i < outputs->n; i++)
        drop(&outputs->item[i]);
    free(outputs->dir);
    free(outputs);
}

size_t wrt_outputs_count(const wrt_outputs *outputs) {
    return outputs != NULL ? outputs->n : 0;
}

bool wrt_outputs_is_name(const char *name) {
    static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
    static const char all[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-";
    size_t len = name != NULL ? strnlen(name, WRT_OUTPUTS_NAME_MAX + 1) : 0;
    return len > 0 && len <= WRT_OUTPUTS_NAME_MAX && strchr(letters, name[0]) != NULL &&
           strspn(name, all) == len;
}

/* ---- giving one */

static bool is_taken(const wrt_outputs *outputs, const char *name) {
    for (size_t i = 0; i < outputs->n; i++) {
        if (strcmp(outputs->item[i].name, name) == 0)
            return true;
    }
    return false;
}

static wrt_host_http judge(const wrt_outputs *outputs, const char *name, const char **message) {
    *message = "";
    if (!outputs->may_write) {
        *message = "the tool does not declare WRT_TOOL_WRITES";
        return WRT_HOST_HTTP_UNDECLARED;
    }
    if (outputs->dir == NULL) {
        *message = "nobody here keeps files";
        return WRT_HOST_HTTP_NO_SERVICE;
    }
    if (!wrt_outputs_is_name(name) || is_taken(outputs, name)) {
        *message = "wanted a name of 1 to 100 of [A-Za-z0-9._-] that begins with a letter or "
                   "digit, each once";
        return WRT_HOST_HTTP_BAD_REQUEST;
    }
    if (outputs->n == WRT_OUTPUTS_MAX) {
        *message = "the 8 files of this call are given";
        return WRT_HOST_HTTP_BUDGET;
    }
    return WRT_HOST_HTTP_ANSWERED;
}

/* A fresh file that no other call knows the name of. */
static bool make_part(output *item, const char *dir) {
    unsigned char secret[16];
    char name[2 * sizeof secret + 7] = ".part-";
    wrt_random_secret(secret, sizeof secret);
    wrt_hex_encode(name + strlen(name), secret, sizeof secret);
    item->part = wrt_path_join(dir, name);
    item->fd = open(item->part, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
    return item->fd >= 0;
}

static void refuse(wrt_json *head, wrt_host_http code, const char *message) {
    wrt_json_set_text(head, "refused", wrt_exchange_code_name(code));
    wrt_json_set_text(head, "message", message);
}

static void give(wrt_json *head, int *fd, wrt_outputs *outputs, const char *name) {
    output *item = &outputs->item[outputs->n];
    *item = (output){.fd = -1};
    snprintf(item->name, sizeof item->name, "%s", name);
    if (wrt_dir_make(outputs->dir, 0700, NULL) != WRT_OK || !make_part(item, outputs->dir)) {
        drop(item);
        refuse(head, WRT_HOST_HTTP_UNAVAILABLE, "the host cannot make a file");
        return;
    }
    outputs->n++;
    *fd = item->fd;
    wrt_json_set_bool(head, "given", true);
}

wrt_status wrt_outputs_serve(wrt_json **head, int *fd, wrt_outputs *outputs, const wrt_json *asked,
                             wrt_err *err) {
    const char *name = wrt_json_get_text(asked, "name", NULL), *message;
    *head = NULL;
    *fd = -1;
    if (wrt_json_count(asked) != 2 || wrt_json_get_int(asked, "n", 0) != ++outputs->asked)
        return wrt_fail(err, WRT_E_INPUT, "asked for outputs out of order");
    if (outputs->asked > WRT_OUTPUTS_ASKED_MAX)
        return wrt_fail(err, WRT_E_INPUT, "asked for more than %d outputs", WRT_OUTPUTS_ASKED_MAX);
    wrt_host_http code = judge(outputs, name, &message);
    *head = wrt_json_new_object();
    wrt_json_set_int(*head, "n", outputs->asked);
    if (code == WRT_HOST_HTTP_ANSWERED)
        give(*head, fd, outputs, name);
    else
        refuse(*head, code, message);
    return WRT_OK;
}

/* ---- keeping them */

/* Puts the part where its hash says, over an equal file of an earlier call. */
static wrt_status move_part(output *item, const char *dir, const char *sha256, wrt_err *err) {
    char *folder = wrt_path_join(dir, sha256), *path = wrt_path_join(folder, item->name);
    wrt_status status = wrt_dir_make(folder, 0700, err);
    if (status == WRT_OK && (fsync(item->fd) != 0 || rename(item->part, path) != 0))
        status =
            wrt_fail(err, WRT_E_FAILED, "cannot keep output %s: %s", item->name, strerror(errno));
    if (status == WRT_OK) {
        free(item->part);
        item->part = NULL;
    }
    free(folder);
    free(path);
    return status;
}

static wrt_json *entry_of(const output *item, const struct stat *info, const char *sha256) {
    wrt_json *entry = wrt_json_new_object();
    char path[WRT_OUTPUTS_NAME_MAX + WRT_SHA256_HEX + 16];
    snprintf(path, sizeof path, "outputs/%s/%s", sha256, item->name);
    wrt_json_set_text(entry, "name", item->name);
    wrt_json_set_int(entry, "bytes", (int64_t)info->st_size);
    wrt_json_set_text(entry, "sha256", sha256);
    wrt_json_set_text(entry, "path", path);
    return entry;
}

static wrt_status keep(wrt_json *list, output *item, const char *dir, wrt_err *err) {
    struct stat info;
    wrt_sha256 hash;
    char sha256[WRT_SHA256_HEX + 1];
    if (fstat(item->fd, &info) != 0 || !S_ISREG(info.st_mode))
        return wrt_fail(err, WRT_E_FAILED, "output %s can no longer be read", item->name);
    if (info.st_size > WRT_OUTPUTS_BYTES_MAX)
        return wrt_fail(err, WRT_E_LIMIT, "output %s: wanted at most 256 MiB, found more",
                        item->name);
    wrt_status status = wrt_sha256_of_file(&hash, item->part, err);
    if (status != WRT_OK)
        return status;
    wrt_sha256_hex(sha256, &hash);
    status = move_part(item, dir, sha256, err);
    if (status == WRT_OK)
        wrt_json_push(list, entry_of(item, &info, sha256));
    return status;
}

wrt_status wrt_outputs_keep(wrt_json **list, wrt_outputs *outputs, wrt_err *err) {
    wrt_status status = WRT_OK;
    *list = wrt_json_new_array();
    for (size_t i = 0; status == WRT_OK && i < outputs->n; i++)
        status = keep(*list, &outputs->item[i], outputs->dir, err);
    return status;
}
