/* fuzz_wire.c: what a worker may put on its channel, read as the host reads it.
 *
 * Whatever the bytes are: nothing crashes; a frame is whole or refused; an exchange that is
 * accepted keeps its caps, and its parts are judged without a network; questions to a model that
 * are accepted keep theirs, and without a model none is answered; a name of an output leads
 * nowhere; a path leads to no descriptor without a folder it may lie in; a description that is
 * accepted keeps the rules that the host relies on; a result that is accepted has a status. */
#include "agent/host/egress.h"
#include "agent/host/exchange.h"
#include "agent/host/files.h"
#include "agent/host/outputs.h"
#include "agent/host/result.h"
#include "agent/host/score.h"
#include "agent/host/tool_desc.h"
#include "agent/host/wire.h"

#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(bool holds) {
    if (!holds)
        abort();
}

static void read_exchange(const wrt_json *asked) {
    static const char prefix[] = "https://data.example.org/api/";
    wrt_exchange exchange;
    wrt_err err = {0};
    if (wrt_exchange_read(&exchange, asked, &err) != WRT_OK) {
        check(err.message[0] != '\0');
        return;
    }
    check(exchange.n >= 1 && exchange.timeout_ms >= 0);
    check(wrt_json_count(exchange.headers) <= WRT_EXCHANGE_HEADERS_MAX);
    check(exchange.body == NULL || strlen(exchange.body) <= WRT_EXCHANGE_BODY_MAX);
    char *text = wrt_egress_text(&exchange);
    check(wrt_utf8_valid(wrt_str_of(text)) && strchr(text, '\n') == NULL);
    free(text);
    size_t path_end = strcspn(exchange.url, "?");
    if (wrt_egress_is_beneath(exchange.url, prefix))
        check(strncasecmp(exchange.url, "https://data.example.org", 24) == 0 &&
              memmem(exchange.url, path_end, "/..", 3) == NULL);
    (void)wrt_egress_check_form(&exchange, NULL);
}

static void read_score(const wrt_json *asked) {
    const wrt_json *questions = wrt_json_get(asked, "questions");
    wrt_json *tool = wrt_json_new_object();
    wrt_err err = {0};
    wrt_status status = wrt_score_check(questions, &err);
    check((status == WRT_OK) == (err.message[0] == '\0'));
    wrt_json_set_int(tool, "flags", WRT_TOOL_SCORES);
    wrt_score_call call = {.tool = tool};
    wrt_egress_answer answer = {0};
    int64_t took_ms = 0;
    if (status == WRT_OK) {
        check(wrt_json_count(questions) <= WRT_SCORE_QUESTIONS_MAX);
        status = wrt_score_serve(&answer, &took_ms, &call, asked, NULL);
        check(status == WRT_OK ? wrt_json_get(answer.head, "refused") != NULL
                               : status == WRT_E_INPUT);
    }
    wrt_egress_answer_free(&answer);
    wrt_json_free(tool);
}

static void read_output(const wrt_json *asked) {
    const char *name = wrt_json_get_text(asked, "name", NULL);
    check(!wrt_outputs_is_name(name) || (strchr(name, '/') == NULL && name[0] != '.'));
    wrt_outputs *outputs = wrt_outputs_new(NULL, NULL);
    wrt_json *head = NULL;
    int fd = -1;
    if (name != NULL && wrt_outputs_serve(&head, &fd, outputs, asked, NULL) == WRT_OK)
        check(fd < 0 && wrt_json_get(head, "refused") != NULL);
    wrt_json_free(head);
    wrt_outputs_free(outputs);
}

/* Arguments come from a model or a person; with no folder to lie in, no file is given. */
static void read_args(const wrt_json *args) {
    static const char text[] =
        "{\"properties\":{\"data\":{\"type\":\"string\",\"format\":\"file\"}}}";
    static const wrt_files_options nowhere = {0};
    wrt_json *schema = NULL;
    int descriptors[WRT_FILES_MAX];
    check(wrt_json_parse(&schema, wrt_str_of(text), NULL) == WRT_OK);
    wrt_files *files = wrt_files_find(&nowhere, schema, args);
    wrt_json *places = wrt_files_places(files);
    check((places != NULL) == (wrt_json_get_text(args, "data", NULL) != NULL));
    check(wrt_files_open(files, NULL) == (places == NULL ? WRT_OK : WRT_E_INPUT));
    check(wrt_files_descriptors(descriptors, files) == 0);
    wrt_json_free(places);
    wrt_files_free(files);
    wrt_json_free(schema);
}

static void read_frame(const wrt_json *frame) {
    wrt_json *result = NULL, *none = wrt_json_new_object();
    const wrt_json *about = wrt_json_get(frame, "plugin");
    read_exchange(wrt_json_get(frame, "http"));
    read_score(wrt_json_get(frame, "score"));
    read_output(wrt_json_get(frame, "output"));
    read_args(wrt_json_get(frame, "args"));
    if (wrt_plugin_desc_check(about, NULL) == WRT_OK) {
        WRT_JSON_EACH(tool, wrt_json_get(about, "tools")) {
            bool has = (wrt_json_get_int(tool, "flags", 0) & WRT_TOOL_NETWORK) != 0;
            check(has == (wrt_json_count(wrt_json_get(tool, "destinations")) > 0));
        }
    }
    wrt_result_defaults defaults = {.data_schema = none};
    if (wrt_result_complete(&result, wrt_json_get(frame, "result"), &defaults, NULL) == WRT_OK)
        check(wrt_json_get_text(result, "status", "")[0] != '\0');
    wrt_json_free(result);
    wrt_json_free(none);
}

/* A file without a name stands for the channel: both are read to their end. */
static int channel_of(const uint8_t *data, size_t size) {
    FILE *file = tmpfile();
    check(file != NULL);
    int fd = dup(fileno(file));
    fclose(file);
    check(fd >= 0 && write(fd, data, size) == (ssize_t)size && lseek(fd, 0, SEEK_SET) == 0);
    return fd;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    int fd = channel_of(data, size);
    wrt_status status = WRT_OK;
    while (status == WRT_OK) {
        wrt_buf bytes = wrt_buf_make(WRT_WIRE_FRAME_MAX);
        wrt_json *frame = NULL;
        status = wrt_wire_read(&bytes, fd, NULL);
        if (status == WRT_OK && wrt_json_parse(&frame, wrt_buf_str(&bytes), NULL) == WRT_OK)
            read_frame(frame);
        wrt_json_free(frame);
        wrt_buf_free(&bytes);
    }
    close(fd);
    return 0;
}
