/* probe.c: first contact with a model file happens in a child process.
 *
 * A file can be well formed and still hold numbers on which the library asserts, which ends the
 * process. The child loads it, tokenises, makes a small context and evaluates a little; only its
 * exit status comes back, so no state of the parent is at risk. The child must not run the parent's
 * exit handlers: it leaves through _exit. */
#include "llm/llama/internal.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

enum { PROBE_OK = 0, PROBE_REFUSED = 3, PROBE_SECONDS = 300, PROBE_CONTEXT = 64, PROBE_BATCH = 33 };

/* Every byte alone: a vocabulary without it makes some tokenizers throw, much later. And the text
 * of every token, which grammars look at. */
static bool try_bytes(const struct llama_vocab *vocab) {
    enum { ROOM = 64, PIECE_ROOM = 512 };
    llama_token ids[ROOM];
    char piece[PIECE_ROOM];
    for (int byte = 1; byte < 256; byte++) {
        const char text = (char)byte;
        if (llama_tokenize(vocab, &text, 1, ids, ROOM, false, false) < 0)
            return false;
    }
    for (llama_token id = 0; id < llama_vocab_n_tokens(vocab); id++)
        llama_token_to_piece(vocab, id, piece, PIECE_ROOM, 0, true);
    return llama_sampler_init_grammar(vocab, "root ::= [a-z]+", "root") != NULL;
}

static bool try_vocabulary(const struct llama_model *model) {
    static const char text[] = "<|im_start|>user\nIs 5 mg of \xce\xb2-blocker <s>enough</s>?\n";
    llama_token ids[2 * sizeof text];
    const struct llama_vocab *vocab = llama_model_get_vocab(model);
    const int32_t len = (int32_t)sizeof text - 1;
    const int32_t room = (int32_t)(sizeof ids / sizeof ids[0]);
    return llama_vocab_type(vocab) != LLAMA_VOCAB_TYPE_NONE &&
           llama_tokenize(vocab, text, len, ids, room, false, true) > 0 &&
           llama_tokenize(vocab, text, len, ids, room, false, false) > 0 && try_bytes(vocab);
}

/* One token alone and a batch of many: the library takes different paths through the processor. */
static bool try_batches(struct llama_context *context, int32_t n_vocab) {
    llama_token ids[PROBE_BATCH];
    for (int32_t i = 0; i < PROBE_BATCH; i++)
        ids[i] = i % n_vocab;
    if (llama_decode(context, llama_batch_get_one(ids, 1)) != 0 ||
        llama_get_logits_ith(context, -1) == NULL)
        return false;
    return llama_decode(context, llama_batch_get_one(ids, PROBE_BATCH)) == 0 &&
           llama_get_logits_ith(context, -1) != NULL;
}

static int try_model(const char *path, bool extra_buffers) {
    const wrt_llm_options plain = {0};
    struct llama_model *model =
        llama_model_load_from_file(path, wrt_llama_model_params(extra_buffers));
    if (model == NULL || !try_vocabulary(model))
        return PROBE_REFUSED;
    struct llama_context *context =
        llama_init_from_model(model, wrt_llama_context_params(PROBE_CONTEXT, &plain));
    if (context == NULL)
        return PROBE_REFUSED;
    int32_t n_vocab = llama_vocab_n_tokens(llama_model_get_vocab(model));
    return n_vocab > 0 && try_batches(context, n_vocab) ? PROBE_OK : PROBE_REFUSED;
}

/* Faults in the child are expected: default handlers, no core file, nothing on the terminal. */
static void isolate(void) {
    static const int faults[] = {SIGABRT, SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGALRM};
    const struct rlimit none = {0, 0};
    for (size_t i = 0; i < sizeof faults / sizeof faults[0]; i++)
        signal(faults[i], SIG_DFL);
    setrlimit(RLIMIT_CORE, &none);
    int sink = open("/dev/null", O_RDWR);
    if (sink >= 0) {
        dup2(sink, STDOUT_FILENO);
        dup2(sink, STDERR_FILENO);
    }
    alarm(PROBE_SECONDS);
}

static wrt_status read_verdict(int verdict, const char *name, wrt_err *err) {
    if (WIFEXITED(verdict)) /* if it was refused, the parent tries again and can say why */
        return WRT_OK;
    switch (WTERMSIG(verdict)) {
    case SIGKILL:
        return wrt_fail(err, WRT_E_FAILED, "%s: loading it was killed; is there enough memory?",
                        name);
    case SIGILL:
        return wrt_fail(err, WRT_E_FAILED,
                        "%s: llama.cpp executed an illegal instruction: it was built for another "
                        "processor, or wrongly for this one",
                        name);
    default:
        return WTERMSIG(verdict) == SIGALRM
                   ? wrt_fail(err, WRT_E_FAILED, "%s: llama.cpp did not load it within %d s", name,
                              PROBE_SECONDS)
                   : wrt_fail(err, WRT_E_INPUT,
                              "%s: a damaged model: llama.cpp crashed while trying it", name);
    }
}

static wrt_status run_child(int *verdict, const char *path, bool extra_buffers, const char *name,
                            wrt_err *err) {
    pid_t child = fork();
    if (child < 0)
        return wrt_fail(err, WRT_E_FAILED, "%s: cannot start a process to try the model", name);
    if (child == 0) {
        isolate();
        _exit(try_model(path, extra_buffers));
    }
    while (waitpid(child, verdict, 0) < 0) {
        if (errno != EINTR)
            return wrt_fail(err, WRT_E_FAILED, "%s: lost the process that tried the model", name);
    }
    return WRT_OK;
}

/* A library built by gcc 12 with AMX kernels dies of SIGILL on its first product of quantised
 * weights; without the repacked weights it takes another path. */
wrt_status wrt_llama_probe(bool *extra_buffers, const char *path, const char *name, wrt_err *err) {
    int verdict = 0;
    *extra_buffers = true;
    wrt_status status = run_child(&verdict, path, true, name, err);
    if (status == WRT_OK && WIFSIGNALED(verdict) && WTERMSIG(verdict) == SIGILL) {
        *extra_buffers = false;
        status = run_child(&verdict, path, false, name, err);
    }
    return status != WRT_OK ? status : read_verdict(verdict, name, err);
}
