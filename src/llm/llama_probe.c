/* llama_probe.c: first contact with a model file happens in a child process.
 *
 * A file can be well formed and still hold numbers on which the library asserts, which ends the
 * process. The child loads it, tokenises, makes a small context and decodes one token; only its
 * exit status comes back, so no state of the parent is at risk. The child must not run the parent's
 * exit handlers: it leaves through _exit. */
#include "llm/llama_backend.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

enum { PROBE_OK = 0, PROBE_REFUSED = 3, PROBE_SECONDS = 300, PROBE_CONTEXT = 64 };

static bool try_vocabulary(const struct llama_model *model) {
    static const char text[] = "<|im_start|>user\nIs 5 mg of \xce\xb2-blocker <s>enough</s>?\n";
    llama_token ids[2 * sizeof text];
    const struct llama_vocab *vocab = llama_model_get_vocab(model);
    const int32_t len = (int32_t)sizeof text - 1;
    const int32_t room = (int32_t)(sizeof ids / sizeof ids[0]);
    return llama_vocab_type(vocab) != LLAMA_VOCAB_TYPE_NONE &&
           llama_tokenize(vocab, text, len, ids, room, false, true) > 0 &&
           llama_tokenize(vocab, text, len, ids, room, false, false) > 0;
}

static int try_model(const char *path) {
    struct llama_model *model = llama_model_load_from_file(path, wrt_llama_model_params());
    if (model == NULL)
        return PROBE_REFUSED;
    if (!try_vocabulary(model))
        return PROBE_REFUSED;
    struct llama_context *context =
        llama_init_from_model(model, wrt_llama_context_params(PROBE_CONTEXT, 1, false));
    if (context == NULL)
        return PROBE_REFUSED;
    llama_token first = 0;
    return llama_decode(context, llama_batch_get_one(&first, 1)) == 0 &&
                   llama_get_logits_ith(context, -1) != NULL
               ? PROBE_OK
               : PROBE_REFUSED;
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
    if (WIFEXITED(verdict) && WEXITSTATUS(verdict) == PROBE_OK)
        return WRT_OK;
    if (WIFEXITED(verdict))
        return WRT_E_INPUT; /* the parent tries again and can say why */
    int fault = WTERMSIG(verdict);
    if (fault == SIGKILL)
        return wrt_fail(err, WRT_E_FAILED, "%s: loading it was killed; is there enough memory?",
                        name);
    return wrt_fail(err, WRT_E_INPUT, "%s: a damaged model: llama.cpp %s while loading it", name,
                    fault == SIGALRM ? "did not come to an end" : "crashed");
}

wrt_status wrt_llama_probe(const char *path, const char *name, wrt_err *err) {
    int verdict = 0;
    pid_t child = fork();
    if (child < 0)
        return wrt_fail(err, WRT_E_FAILED, "%s: cannot start a process to try the model", name);
    if (child == 0) {
        isolate();
        _exit(try_model(path));
    }
    while (waitpid(child, &verdict, 0) < 0) {
        if (errno != EINTR)
            return wrt_fail(err, WRT_E_FAILED, "%s: lost the process that tried the model", name);
    }
    wrt_status status = read_verdict(verdict, name, err);
    return status == WRT_E_INPUT && WIFEXITED(verdict) ? WRT_OK : status;
}
