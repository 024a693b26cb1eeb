/* protocol.c: reading protocol files. They ship with the program, but are checked like any input.
 */
#include "agent/plan/protocol.h"

#include "agent/makers/maker.h"
#include "agent/plan/builtin.h"
#include "agent/plan/propose.h"
#include "agent/question/needs.h"
#include "base/arena.h"
#include "base/file.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

static wrt_status bad(wrt_err *err, const char *file, const char *step, const char *what) {
    return wrt_fail(err, WRT_E_INPUT, "%s: step \"%s\": %s", file, step, what);
}

/* Of the run's time, for the call of a tool. */
static wrt_status check_share(const wrt_json *step, const char *id, const char *file,
                              wrt_err *err) {
    const wrt_json *share = wrt_json_get(step, "share");
    double value = wrt_json_number(share, 0);
    if (share == NULL)
        return WRT_OK;
    if (wrt_json_get(step, "tool") == NULL)
        return bad(err, file, id, "\"share\" is for a step that calls a tool");
    return value > 0 && value <= 1
               ? WRT_OK
               : bad(err, file, id, "\"share\" must be a number above 0 and at most 1");
}

static wrt_status check_step(const wrt_json *step, const wrt_json *seen, const char *file,
                             wrt_err *err) {
    const char *id = wrt_json_get_text(step, "id", NULL);
    if (id == NULL || *id == '\0' || strcmp(id, "frame") == 0)
        return bad(err, file, "?", "needs an \"id\" other than \"frame\"");
    if (wrt_json_get(seen, id) != NULL)
        return bad(err, file, id, "the id is used twice");
    bool has_tool = wrt_json_get_text(step, "tool", NULL) != NULL;
    const char *builtin = wrt_json_get_text(step, "builtin", NULL);
    if (has_tool == (builtin != NULL))
        return bad(err, file, id, "needs either \"tool\" or \"builtin\"");
    if (builtin != NULL && wrt_builtin_find(builtin) == NULL)
        return bad(err, file, id, "its builtin is not known (builtin.h)");
    if (!wrt_json_is(wrt_json_get(step, "args"), WRT_JSON_OBJECT))
        return bad(err, file, id, "\"args\" must be an object");
    if (wrt_json_get_text(step, "why", NULL) == NULL)
        return bad(err, file, id, "needs \"why\"");
    return check_share(step, id, file, err);
}

static wrt_status check_steps(const wrt_json *steps, wrt_json *seen, const char *file,
                              wrt_err *err) {
    WRT_JSON_EACH(step, steps) {
        wrt_status status = check_step(step, seen, file, err);
        if (status != WRT_OK)
            return status;
        wrt_json_set_bool(seen, wrt_json_get_text(step, "id", ""), true);
        WRT_JSON_EACH(fallback, wrt_json_get(step, "otherwise")) {
            status = check_step(fallback, seen, file, err);
            if (status != WRT_OK)
                return status;
            wrt_json_set_bool(seen, wrt_json_get_text(fallback, "id", ""), true);
        }
    }
    return WRT_OK;
}

wrt_status wrt_protocol_check_steps(const wrt_json *steps, const char *file, wrt_err *err) {
    wrt_json *seen = wrt_json_new_object();
    wrt_status status = check_steps(steps, seen, file, err);
    wrt_json_free(seen);
    return status;
}

static wrt_status check_recheck(const wrt_json *step, const wrt_json *seen, const char *file,
                                wrt_err *err) {
    if (step == NULL)
        return WRT_OK;
    if (strcmp(wrt_json_get_text(step, "id", ""), "recheck") != 0)
        return bad(err, file, "recheck", "its \"id\" must be \"recheck\"");
    return check_step(step, seen, file, err);
}

/* Makers and sections must be there before a run relies on them. */
static wrt_status check_makers(const wrt_json *protocol, const char *file, wrt_err *err) {
    WRT_JSON_EACH(spec, wrt_json_get(protocol, "claims")) {
        const wrt_maker *maker = wrt_maker_find(wrt_json_get_text(spec, "make", ""));
        if (maker == NULL || maker->make == NULL)
            return wrt_fail(err, WRT_E_INPUT, "%s: \"claims\": nothing makes \"%s\"", file,
                            wrt_json_get_text(spec, "make", "?"));
    }
    WRT_JSON_EACH(name, wrt_json_get(protocol, "sections"))
    if (wrt_json_text(name) == NULL || wrt_maker_find(wrt_json_text(name)) == NULL)
        return wrt_fail(err, WRT_E_INPUT, "%s: \"sections\": nothing prints \"%s\"", file,
                        wrt_json_text(name) != NULL ? wrt_json_text(name) : "?");
    return WRT_OK;
}

static wrt_status check_protocol(const wrt_json *protocol, const char *file, wrt_err *err) {
    if (strcmp(wrt_json_get_text(protocol, "schema", ""), "warrant/protocol/1") != 0)
        return wrt_fail(err, WRT_E_INPUT, "%s: \"schema\" must be \"warrant/protocol/1\"", file);
    if (wrt_json_count(wrt_json_get(protocol, "steps")) == 0)
        return wrt_fail(err, WRT_E_INPUT, "%s: \"steps\" must not be empty", file);
    int64_t most = wrt_json_get_int(protocol, "propose", -1);
    if (wrt_json_get(protocol, "propose") != NULL && (most < 1 || most > WRT_PROPOSE_MAX))
        return wrt_fail(err, WRT_E_INPUT, "%s: \"propose\" must be 1 to %d", file, WRT_PROPOSE_MAX);
    const wrt_json *unknown = wrt_needs_unknown(wrt_json_get(protocol, "needs"));
    if (unknown != NULL)
        return wrt_fail(err, WRT_E_INPUT, "%s: \"needs\": \"%s\" is of no known kind", file,
                        wrt_json_key(unknown) != NULL ? wrt_json_key(unknown) : "?");
    wrt_json *seen = wrt_json_new_object();
    wrt_status status = check_steps(wrt_json_get(protocol, "steps"), seen, file, err);
    if (status == WRT_OK)
        status = check_steps(wrt_json_get(protocol, "optional"), seen, file, err);
    if (status == WRT_OK)
        status = check_recheck(wrt_json_get(protocol, "recheck"), seen, file, err);
    if (status == WRT_OK)
        status = check_makers(protocol, file, err);
    wrt_json_free(seen);
    return status;
}

static wrt_status load_file(wrt_json **out, const char *path, wrt_err *err) {
    wrt_buf text = wrt_buf_make(WRT_MIB(1));
    wrt_status status = wrt_file_read(&text, path, WRT_MIB(1), err);
    if (status == WRT_OK) {
        status = wrt_json_parse(out, wrt_buf_str(&text), err);
        if (status != WRT_OK)
            wrt_err_prefix(err, "%s", wrt_path_base(path));
    }
    if (status == WRT_OK) {
        status = check_protocol(*out, wrt_path_base(path), err);
        if (status != WRT_OK) {
            wrt_json_free(*out);
            *out = NULL;
        }
    }
    wrt_buf_free(&text);
    return status;
}

wrt_status wrt_protocol_load(wrt_json **out, const char *dir, const char *type, wrt_err *err) {
    char name[128];
    *out = NULL;
    snprintf(name, sizeof name, "%s.json", type);
    char *path = wrt_path_join(dir, name);
    wrt_status status = load_file(out, path, err);
    free(path);
    return status;
}

/* True when text holds phrase between word boundaries, ignoring ASCII case. */
static bool holds_phrase(wrt_str text, const char *phrase) {
    size_t len = strlen(phrase);
    for (size_t i = 0; len > 0 && i + len <= text.len; i++) {
        bool starts = i == 0 || !isalnum((unsigned char)text.ptr[i - 1]);
        bool ends = i + len == text.len || !isalnum((unsigned char)text.ptr[i + len]);
        if (starts && ends && strncasecmp(text.ptr + i, phrase, len) == 0)
            return true;
    }
    return false;
}

static size_t longest_cue(const wrt_json *protocol, wrt_str question) {
    size_t longest = 0;
    WRT_JSON_EACH(cue, wrt_json_get(protocol, "cues")) {
        const char *text = wrt_json_text(cue);
        if (text != NULL && strlen(text) > longest && holds_phrase(question, text))
            longest = strlen(text);
    }
    return longest;
}

typedef struct {
    const char *dir;
    wrt_json *all;
    wrt_err *err;
} files_walk;

static wrt_status visit_file(const char *name, void *ctx) {
    files_walk *walk = ctx;
    size_t len = strlen(name);
    if (len < 6 || strcmp(name + len - 5, ".json") != 0)
        return WRT_OK;
    wrt_json *protocol = NULL;
    char *path = wrt_path_join(walk->dir, name);
    wrt_status status = load_file(&protocol, path, walk->err);
    free(path);
    if (status != WRT_OK)
        return status;
    wrt_json *entry = wrt_json_new_object();
    wrt_json_set(entry, "name", wrt_json_new_text((wrt_str){name, len - 5}));
    wrt_json_set(entry, "protocol", protocol);
    wrt_json_push(walk->all, entry);
    return WRT_OK;
}

wrt_status wrt_protocol_read_all(wrt_json **out, const char *dir, wrt_err *err) {
    files_walk walk = {dir, wrt_json_new_array(), err};
    wrt_status status = wrt_dir_each(dir, visit_file, &walk, err);
    if (status == WRT_OK)
        wrt_json_settle(&walk.all);
    *out = status == WRT_OK ? walk.all : NULL;
    if (status != WRT_OK)
        wrt_json_free(walk.all);
    return status;
}

wrt_status wrt_protocol_check_all(const wrt_json *all, wrt_err *err) {
    WRT_JSON_EACH(entry, all) {
        const char *name = wrt_json_get_text(entry, "name", "?");
        wrt_status status = check_protocol(wrt_json_get(entry, "protocol"), name, err);
        if (status != WRT_OK)
            return status;
    }
    return WRT_OK;
}

const wrt_json *wrt_protocol_find(const wrt_json *all, const char *type) {
    WRT_JSON_EACH(entry, all)
    if (strcmp(wrt_json_get_text(entry, "name", ""), type) == 0)
        return wrt_json_get(entry, "protocol");
    return NULL;
}

wrt_json *wrt_protocol_types(const wrt_json *all, wrt_str question) {
    wrt_json *types = wrt_json_new_array();
    WRT_JSON_EACH(entry, all) {
        const wrt_json *protocol = wrt_json_get(entry, "protocol");
        const wrt_json *needs = wrt_json_get(protocol, "needs");
        wrt_json *type = wrt_json_new_object();
        wrt_json_set_text(type, "name", wrt_json_get_text(entry, "name", ""));
        wrt_json_set_int(type, "cue", (int64_t)longest_cue(protocol, question));
        wrt_json_set_bool(type, "default", wrt_json_get_bool(protocol, "default", false));
        if (needs != NULL)
            wrt_json_set(type, "needs", wrt_json_copy(needs));
        wrt_json_push(types, type);
    }
    return types;
}
