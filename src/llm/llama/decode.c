/* decode.c: the one door to llama_decode.
 *
 * A batch larger than the context was made for ends the process in the library, and an aborted one
 * leaves the cache of parallel sequences half rolled back; so sizes are checked before and the
 * cache is cleared after any failure. */
#include "base/arena.h"
#include "base/clock.h"
#include "llm/llama/internal.h"

#include <math.h>
#include <string.h>

void wrt_llama_resume(wrt_llama *self) {
    int64_t timeout_ms = self->options.timeout_ms;
    self->deadline_ms = timeout_ms == 0 ? 0 : wrt_clock_monotonic_ms() + timeout_ms;
}

void wrt_llama_begin(wrt_llama *self) {
    wrt_llama_resume(self);
    llama_memory_clear(llama_get_memory(self->context), false);
    self->kept.n = 0;
}

void wrt_llama_keep(wrt_llama *self, const llama_token *ids, size_t n) {
    if (n > self->kept.room) {
        self->kept.ids = wrt_realloc(self->kept.ids, n * sizeof *ids);
        self->kept.room = n;
    }
    if (n > 0)
        memcpy(self->kept.ids, ids, n * sizeof *ids);
    self->kept.n = n;
}

static bool is_late(const wrt_llama *self) {
    return self->deadline_ms != 0 && wrt_clock_monotonic_ms() > self->deadline_ms;
}

bool wrt_llama_should_stop(void *object) {
    const wrt_llama *self = object;
    return wrt_cancel_requested(self->options.cancel) || is_late(self);
}

wrt_status wrt_llama_check_time(const wrt_llama *self, wrt_err *err) {
    const wrt_llm_options *options = &self->options;
    if (wrt_cancel_requested(options->cancel))
        return wrt_fail(err, WRT_E_INTERRUPTED, "%s: interrupted", self->name);
    if (is_late(self))
        return wrt_fail(err, WRT_E_TIMEOUT, "%s: the call took longer than %lld ms", self->name,
                        (long long)options->timeout_ms);
    return WRT_OK;
}

wrt_status wrt_llama_go_on(const wrt_llama *self, size_t done, size_t total, wrt_err *err) {
    const wrt_llm_options *options = &self->options;
    wrt_status status = wrt_llama_check_time(self, err);
    if (status != WRT_OK)
        return status;
    if (options->progress != NULL && !options->progress(done, total, options->ctx))
        return wrt_fail(err, WRT_E_INTERRUPTED, "%s: interrupted", self->name);
    return WRT_OK;
}

wrt_status wrt_llama_decode(wrt_llama *self, struct llama_batch batch, wrt_err *err) {
    if (batch.n_tokens < 1 || (uint32_t)batch.n_tokens > llama_n_batch(self->context))
        return wrt_fail(err, WRT_E_LIMIT, "a batch of %d tokens; accepted: 1 to %u", batch.n_tokens,
                        llama_n_batch(self->context));
    for (int32_t i = 0; i < batch.n_tokens; i++) {
        if (batch.token[i] < 0 || batch.token[i] >= self->n_vocab)
            return wrt_fail(err, WRT_E_INPUT, "token %d is not one of the model's 0 to %d",
                            batch.token[i], self->n_vocab - 1);
    }
    int32_t code = llama_decode(self->context, batch);
    if (code == 0)
        return WRT_OK;
    llama_memory_clear(llama_get_memory(self->context), true);
    self->kept.n = 0;
    if (code == 1)
        return wrt_fail(err, WRT_E_LIMIT, "%s: the context of %u tokens is full", self->name,
                        self->n_context);
    if (code == 2) {
        wrt_status status = wrt_llama_check_time(self, err);
        if (status != WRT_OK)
            return status;
    }
    return wrt_fail(err, WRT_E_FAILED, "%s: llama.cpp failed to evaluate the prompt (code %d)",
                    self->name, code);
}

double wrt_llama_log_sum_exp(const float *logits, int32_t n) {
    double top = logits[0];
    double sum = 0;
    for (int32_t i = 1; i < n; i++)
        top = logits[i] > top ? logits[i] : top;
    for (int32_t i = 0; i < n; i++)
        sum += exp(logits[i] - top);
    return top + log(sum);
}
