/* version_probe.c: run at configure time; is the header of the same release as the library?
 *
 * Parameter structures pass by value, so a header of another release compiles, links and then
 * corrupts memory. A layout that differs shows in the defaults the library fills in. Prints the
 * library's version. */
#include <llama.h>

int main(void) {
    struct llama_model_params model = llama_model_default_params();
    struct llama_context_params context = llama_context_default_params();
    puts(llama_version());
    if (model.devices != NULL || model.kv_overrides != NULL || model.vocab_only ||
        model.check_tensors || !model.use_extra_bufts || model.no_alloc || model.load_mtp)
        return 2;
    if (context.n_seq_max != 1 || context.n_outputs_max != 0 || context.n_threads < 1 ||
        context.flash_attn_type != LLAMA_FLASH_ATTN_TYPE_AUTO || context.type_k != GGML_TYPE_F16 ||
        context.type_v != GGML_TYPE_F16 || context.kv_unified || !context.swa_full ||
        context.samplers != NULL || context.n_samplers != 0 || context.ctx_other != NULL)
        return 3;
    return 0;
}
