/* illegal_instruction.c: a library to preload, which decodes as a processor without some
 * instruction would.
 *
 * ILLEGAL_INSTRUCTION=extra: a decode dies of SIGILL when the model was loaded with extra buffer
 * types, as the AMX kernels of a native build by gcc 12 do; =always: every decode dies. Anything
 * else leaves the library as it is. */
#include <dlfcn.h>
#include <llama.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#define EXPORTED __attribute__((visibility("default")))

static atomic_bool has_extra_buffers;

EXPORTED struct llama_model *llama_model_load_from_file(const char *path_model,
                                                        struct llama_model_params params) {
    union {
        void *object;
        struct llama_model *(*function)(const char *, struct llama_model_params);
    } next = {dlsym(RTLD_NEXT, "llama_model_load_from_file")};
    atomic_store(&has_extra_buffers, params.use_extra_bufts);
    return next.function(path_model, params);
}

EXPORTED int32_t llama_decode(struct llama_context *ctx, struct llama_batch batch) {
    union {
        void *object;
        int32_t (*function)(struct llama_context *, struct llama_batch);
    } next = {dlsym(RTLD_NEXT, "llama_decode")};
    const char *mode = getenv("ILLEGAL_INSTRUCTION");
    if (mode != NULL && (strcmp(mode, "always") == 0 ||
                         (strcmp(mode, "extra") == 0 && atomic_load(&has_extra_buffers))))
        raise(SIGILL);
    return next.function(ctx, batch);
}
