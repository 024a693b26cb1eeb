/* open.c: a GGUF file becomes a model in this process, through llama.cpp.
 *
 * The file is walked (gguf_check.c) and tried in a child (probe.c) before this process loads
 * it, because the library may end the process on a bad one. Settings that change results are fixed
 * here and described for the ledger: no flash attention (its kernels depend on the shape of the
 * batch), one unified cache, processor only, the same thread count for prompt and reply. */
#include "base/arena.h"
#include "base/file.h"
#include "llm/gguf_check.h"
#include "llm/llama/internal.h"

#include <dlfcn.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

enum {
    CONTEXT_DEFAULT = 4096,
    CONTEXT_MAX = 1 << 20,
    CONTEXT_MIN = 16,
    BATCH_DEFAULT = 512,
    SEQUENCES = 128 /* the library keeps a row of logits for each */
};

/* ---- the engine, once per process ------------------------------------------------------------ */

static pthread_once_t started = PTHREAD_ONCE_INIT;

/* The CPU back ends lie beside the library that this program was linked with. */
static void load_cpu_backend(void) {
    Dl_info where;
    void *symbol = dlsym(RTLD_DEFAULT, "llama_version");
    if (symbol == NULL || dladdr(symbol, &where) == 0 || where.dli_fname == NULL)
        return;
    const char *slash = strrchr(where.dli_fname, '/');
    if (slash == NULL)
        return;
    char *folder = wrt_strdup(where.dli_fname);
    folder[slash - where.dli_fname] = '\0';
    ggml_backend_load_all_from_path(folder);
    free(folder);
}

static void start_once(void) {
    setenv("GGML_NO_BACKTRACE", "1", 0);
    wrt_llama_log_install();
    wrt_crypto_init();
    if (ggml_backend_reg_by_name("CPU") == NULL)
        load_cpu_backend();
    if (ggml_backend_reg_by_name("CPU") != NULL)
        llama_backend_init();
}

wrt_status wrt_llama_start(wrt_err *err) {
    if (strcmp(llama_version(), WRT_LLAMA_VERSION) != 0)
        return wrt_fail(err, WRT_E_UNSUPPORTED,
                        "built with llama.cpp %s, but %s was loaded; install the one it was built "
                        "with",
                        WRT_LLAMA_VERSION, llama_version());
    pthread_once(&started, start_once);
    if (ggml_backend_reg_by_name("CPU") == NULL)
        return wrt_fail(err, WRT_E_FAILED,
                        "llama.cpp has no CPU back end: no libggml-cpu*.so that fits this "
                        "processor lies beside libllama");
    return WRT_OK;
}

/* ---- settings -------------------------------------------------------------------------------- */

struct llama_model_params wrt_llama_model_params(bool extra_buffers) {
    static ggml_backend_dev_t no_devices[] = {NULL};
    struct llama_model_params params = llama_model_default_params();
    params.devices = no_devices;
    params.n_gpu_layers = 0;
    params.load_mode = LLAMA_LOAD_MODE_MMAP;
    params.check_tensors = true;
    params.use_extra_bufts = extra_buffers;
    return params;
}

/* A batch is one evaluation in the library too, so that its shape is ours. The library asserts that
 * a batch has room for a row of logits of every sequence. */
struct llama_context_params wrt_llama_context_params(uint32_t context,
                                                     const wrt_llm_options *options) {
    struct llama_context_params params = llama_context_default_params();
    uint32_t batch = options->batch == 0 ? BATCH_DEFAULT : (uint32_t)options->batch;
    batch = batch < context ? batch : context;
    params.n_ctx = context;
    params.n_batch = batch;
    params.n_ubatch = batch;
    params.n_seq_max = batch < SEQUENCES ? batch : SEQUENCES;
    params.n_threads = options->threads == 0 ? 1 : options->threads;
    params.n_threads_batch = params.n_threads;
    params.flash_attn_type = LLAMA_FLASH_ATTN_TYPE_DISABLED;
    params.type_k = options->kv_f32 ? GGML_TYPE_F32 : GGML_TYPE_F16;
    params.type_v = params.type_k;
    params.kv_unified = true;
    params.offload_kqv = false;
    params.op_offload = false;
    params.no_perf = true;
    return params;
}

static uint32_t pick_context(const struct llama_model *model, int wanted) {
    int32_t trained = llama_model_n_ctx_train(model);
    int32_t context = wanted == 0 ? CONTEXT_DEFAULT : wanted;
    context = trained > 0 && context > trained ? trained : context;
    context = context > CONTEXT_MAX ? CONTEXT_MAX : context;
    return (uint32_t)(context < CONTEXT_MIN ? CONTEXT_MIN : context);
}

/* ---- opening --------------------------------------------------------------------------------- */

static llama_token find_end_token(const struct llama_vocab *vocab, int32_t n_vocab) {
    const llama_token likely[] = {llama_vocab_eot(vocab), llama_vocab_eos(vocab)};
    for (size_t i = 0; i < 2; i++) {
        if (likely[i] >= 0 && likely[i] < n_vocab && llama_vocab_is_eog(vocab, likely[i]))
            return likely[i];
    }
    for (llama_token id = 0; id < n_vocab; id++) {
        if (llama_vocab_is_eog(vocab, id))
            return id;
    }
    return LLAMA_TOKEN_NULL;
}

static wrt_status load_model(wrt_llama *self, const char *path, wrt_err *err) {
    wrt_llama_log_clear();
    self->model = llama_model_load_from_file(path, wrt_llama_model_params(self->extra_buffers));
    if (self->model == NULL)
        return wrt_fail(err, WRT_E_INPUT, "%s: llama.cpp cannot load it%s%s", self->name,
                        wrt_llama_log_last()[0] == '\0' ? "" : ": ", wrt_llama_log_last());
    self->vocab = llama_model_get_vocab(self->model);
    self->n_vocab = llama_vocab_n_tokens(self->vocab);
    if (llama_vocab_type(self->vocab) == LLAMA_VOCAB_TYPE_NONE || self->n_vocab < 1)
        return wrt_fail(err, WRT_E_INPUT, "%s: the model has no vocabulary", self->name);
    if (llama_model_has_encoder(self->model) || !llama_model_has_decoder(self->model) ||
        llama_model_is_recurrent(self->model) || llama_model_is_hybrid(self->model) ||
        llama_model_is_diffusion(self->model))
        return wrt_fail(err, WRT_E_UNSUPPORTED,
                        "%s: only decoder models with attention can score options", self->name);
    self->end_token = find_end_token(self->vocab, self->n_vocab);
    return WRT_OK;
}

static wrt_status make_context(wrt_llama *self, wrt_err *err) {
    uint32_t wanted = pick_context(self->model, self->options.context);
    struct llama_context_params params = wrt_llama_context_params(wanted, &self->options);
    params.abort_callback = wrt_llama_should_stop;
    params.abort_callback_data = self;
    wrt_llama_log_clear();
    self->context = llama_init_from_model(self->model, params);
    if (self->context == NULL)
        return wrt_fail(err, WRT_E_FAILED, "%s: no context of %u tokens could be made%s%s",
                        self->name, wanted, wrt_llama_log_last()[0] == '\0' ? "" : ": ",
                        wrt_llama_log_last());
    uint32_t room = llama_n_ctx(self->context);
    self->n_context = room < wanted ? room : wanted;
    self->n_sequences = llama_n_seq_max(self->context);
    self->row = wrt_calloc((size_t)self->n_vocab, sizeof *self->row);
    return WRT_OK;
}

static void backend_close(void *object) {
    wrt_llama *self = object;
    if (self == NULL)
        return;
    if (self->context != NULL)
        llama_free(self->context);
    if (self->model != NULL)
        llama_model_free(self->model);
    wrt_llama_tokens_free(&self->kept);
    free(self->row);
    free(self->name);
    free(self);
}

static wrt_status backend_open(void **out, const char *path, const wrt_llm_options *options,
                               wrt_err *err) {
    wrt_sha256 digest;
    wrt_status status = wrt_llama_start(err);
    if (status == WRT_OK)
        status = wrt_gguf_check_file(NULL, path, err);
    if (status != WRT_OK)
        return status;
    wrt_llama *self = wrt_calloc(1, sizeof *self);
    self->name = wrt_strdup(wrt_path_base(path));
    self->options = *options;
    status = wrt_sha256_of_file(&digest, path, err);
    if (status == WRT_OK)
        status = wrt_llama_probe(&self->extra_buffers, path, self->name, err);
    if (status == WRT_OK)
        status = load_model(self, path, err);
    if (status == WRT_OK)
        status = make_context(self, err);
    if (status != WRT_OK) {
        backend_close(self);
        return status;
    }
    wrt_sha256_hex(self->sha256, &digest);
    *out = self;
    return WRT_OK;
}

/* ---- description ----------------------------------------------------------------------------- */

/* The instruction sets that the chosen CPU back end uses: kernels differ in their rounding. */
static wrt_json *describe_cpu(void) {
    wrt_json *names = wrt_json_new_array();
    ggml_backend_reg_t cpu = ggml_backend_reg_by_name("CPU");
    union {
        void *object;
        ggml_backend_get_features_t function;
    } entry = {ggml_backend_reg_get_proc_address(cpu, "ggml_backend_get_features")};
    if (entry.object == NULL)
        return names;
    for (struct ggml_backend_feature *f = entry.function(cpu); f->name != NULL; f++) {
        if (strcmp(f->value, "1") == 0)
            wrt_json_push_text(names, f->name);
    }
    return names;
}

static const char *cpu_library(void) {
    Dl_info where;
    ggml_backend_reg_t cpu = ggml_backend_reg_by_name("CPU");
    void *entry = ggml_backend_reg_get_proc_address(cpu, "ggml_backend_get_features");
    if (entry == NULL || dladdr(entry, &where) == 0 || where.dli_fname == NULL)
        return "CPU";
    return wrt_path_base(where.dli_fname);
}

static const char *kv_type(const wrt_llama *self) {
    return self->options.kv_f32 ? "f32" : "f16";
}

/* The shape that scores depend on in their last bits: the questions' prefix tree in preorder, cut
 * into evaluations of at most so many tokens and paths. */
static wrt_json *describe_plan(const wrt_llama *self) {
    wrt_json *plan = wrt_json_new_object();
    wrt_json_set_text(plan, "order",
                      self->options.canonical ? "each question by itself, in blocks"
                                              : "prefix tree of the questions, preorder");
    if (self->options.canonical)
        wrt_json_set_int(plan, "block", WRT_LLAMA_BLOCK);
    wrt_json_set_int(plan, "batch", llama_n_batch(self->context));
    wrt_json_set_int(plan, "paths", (int64_t)self->n_sequences - 1);
    return plan;
}

static wrt_json *backend_describe(const void *object) {
    const wrt_llama *self = object;
    wrt_json *facts = wrt_json_new_object();
    wrt_json_set_text(facts, "kind", "llama");
    wrt_json_set_text(facts, "model", self->name);
    wrt_json_set_text(facts, "sha256", self->sha256);
    wrt_json_set_text(facts, "build", "llama.cpp " WRT_LLAMA_VERSION);
    wrt_json_set_text(facts, "cpu_backend", cpu_library());
    wrt_json_set(facts, "cpu_features", describe_cpu());
    wrt_json_set_int(facts, "threads", llama_n_threads(self->context));
    wrt_json_set_int(facts, "context", self->n_context);
    wrt_json_set_text(facts, "kv_type", kv_type(self));
    wrt_json_set_bool(facts, "flash_attention", false);
    wrt_json_set_bool(facts, "extra_buffers", self->extra_buffers);
    wrt_json_set(facts, "plan", describe_plan(self));
    return facts;
}

/* What makes two scores comparable: the weights, how keys and values are kept, and the build, which
 * holds tokenizer and kernels. The processor and the plan move them by rounding only; where bits
 * must not depend on what is asked together, they are kept apart from scores of another plan. */
static void backend_identify(const void *object, wrt_buf *out) {
    const wrt_llama *self = object;
    wrt_buf_printf(out, "llama sha256:%s kv:%s build:%s extra:%d", self->sha256, kv_type(self),
                   WRT_LLAMA_VERSION, self->extra_buffers);
    if (self->options.canonical)
        wrt_buf_printf(out, " plan:canonical/1 block:%d batch:%u paths:%u", WRT_LLAMA_BLOCK,
                       llama_n_batch(self->context), self->n_sequences);
}

const wrt_llm_backend wrt_llm_backend_llama = {
    .kind = "llama",
    .open = backend_open,
    .close = backend_close,
    .describe = backend_describe,
    .identify = backend_identify,
    .score_all = wrt_llama_score_all,
    .score_reference = wrt_llama_score_reference,
    .check_fits = wrt_llama_check_fits,
    .generate = wrt_llama_generate,
};
