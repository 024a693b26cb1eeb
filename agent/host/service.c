/* service.c: what a worker asks its host for while a call of its runs: the network, the language
 * model, a file to write to. Whether it gets it is said by egress, score and outputs; here stand
 * the steps that all three share. */
#include "agent/host/toolhost_internal.h"

/* Sends {"seq",key:head}; head is consumed. */
static wrt_status send_head(const wrt_asking *asking, const char *key, wrt_json *head,
                            wrt_descriptors descriptors, wrt_err *err) {
    wrt_json *message = wrt_json_new_object();
    wrt_json_set_int(message, "seq", asking->process->asked);
    wrt_json_set(message, key, head);
    wrt_status status = wrt_asking_send(asking, message, descriptors, err);
    wrt_json_free(message);
    return status;
}

/* The head and, when there is one, the frame after it; answer->head is consumed. */
static wrt_status send_answer(const wrt_asking *asking, const char *key, wrt_egress_answer *answer,
                              wrt_err *err) {
    wrt_status status = send_head(asking, key, answer->head, (wrt_descriptors){0}, err);
    answer->head = NULL;
    if (status == WRT_OK && answer->body.len > 0)
        status =
            wrt_process_send(asking->process, wrt_buf_str(&answer->body), asking->deadline_ms, err);
    return status;
}

/* A worker that waits says nothing; one that does not would fill the channel both ways. */
static wrt_status check_waits(const wrt_asking *asking, wrt_err *err) {
    return wrt_process_is_idle(asking->process)
               ? WRT_OK
               : wrt_fail(err, WRT_E_INPUT, "asked again before it was answered");
}

static wrt_status answer_http(wrt_asking *asking, const wrt_json *asked, wrt_err *err) {
    wrt_exchange exchange;
    wrt_egress_answer answer = {0};
    if (asking->egress == NULL)
        return wrt_fail(err, WRT_E_INPUT, "asked for the network outside a call");
    wrt_status status = wrt_exchange_read(&exchange, asked, err);
    if (status == WRT_OK)
        status = check_waits(asking, err);
    if (status == WRT_OK)
        status = wrt_egress_serve(&answer, asking->egress, &exchange, err);
    if (status == WRT_OK)
        status = send_answer(asking, "http", &answer, err);
    wrt_egress_answer_free(&answer);
    return status;
}

/* The time that the model took is not the tool's. */
static wrt_status answer_score(wrt_asking *asking, const wrt_json *asked, wrt_err *err) {
    wrt_egress_answer answer = {0};
    int64_t took_ms = 0;
    if (asking->score == NULL)
        return wrt_fail(err, WRT_E_INPUT, "asked for scores outside a call");
    if (wrt_score_check(wrt_json_get(asked, "questions"), NULL) != WRT_OK)
        return wrt_fail(err, WRT_E_INPUT, "asked for scores of another form");
    wrt_status status = check_waits(asking, err);
    if (status == WRT_OK)
        status = wrt_score_serve(&answer, &took_ms, asking->score, asked, err);
    asking->deadline_ms += took_ms;
    if (asking->egress != NULL)
        asking->egress->give_up_at_ms += took_ms;
    if (status == WRT_OK)
        status = send_answer(asking, "score", &answer, err);
    wrt_egress_answer_free(&answer);
    return status;
}

static wrt_status answer_output(wrt_asking *asking, const wrt_json *asked, wrt_err *err) {
    wrt_json *head = NULL;
    int fd = -1;
    if (asking->outputs == NULL)
        return wrt_fail(err, WRT_E_INPUT, "asked for an output outside a call");
    if (wrt_json_get_text(asked, "name", NULL) == NULL)
        return wrt_fail(err, WRT_E_INPUT, "asked for an output of another form");
    wrt_status status = check_waits(asking, err);
    if (status == WRT_OK)
        status = wrt_outputs_serve(&head, &fd, asking->outputs, asked, err);
    if (status == WRT_OK)
        return send_head(asking, "output", head, (wrt_descriptors){&fd, fd >= 0}, err);
    wrt_json_free(head);
    return status;
}

wrt_status wrt_service_answer(wrt_asking *asking, const wrt_json *frame, wrt_err *err) {
    static const struct {
        const char *key;
        wrt_status (*answer)(wrt_asking *asking, const wrt_json *asked, wrt_err *err);
    } kinds[] = {{"http", answer_http}, {"score", answer_score}, {"output", answer_output}};
    bool is_current =
        wrt_json_count(frame) == 2 && wrt_json_get_int(frame, "seq", 0) == asking->process->asked;
    for (size_t i = 0; is_current && i < sizeof kinds / sizeof kinds[0]; i++) {
        const wrt_json *asked = wrt_json_get(frame, kinds[i].key);
        if (asked != NULL)
            return kinds[i].answer(asking, asked, err);
    }
    return wrt_fail(err, WRT_E_INPUT, "answered out of step");
}
