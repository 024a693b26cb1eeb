/* tiny_gguf.c: writes the small random model that the language model tests run on.
 *
 * Weights are sums of uniform draws from splitmix64 (no libm, so the bytes are the same on every
 * little-endian machine), scaled so that the logits are neither flat nor certain. The vocabulary
 * is the 256 bytes, every prefix of some words as products of byte pair merges, three control
 * tokens and padding, so that an option may be one token or several. */
#include "tiny_gguf.h"

#include <stdbool.h>
#include <string.h>

enum { WIDTH = 64, INNER = 128, KV_WIDTH = 32, LAYERS = 2, TOKEN_BYTES = 24, MERGES_MAX = 128 };
enum { TYPE_U32 = 4, TYPE_I32 = 5, TYPE_F32 = 6, TYPE_BOOL = 7, TYPE_TEXT = 8, TYPE_ARRAY = 9 };

static const char *const words[] = {
    " the",       " yes",    " no",   " true", " false",   " high",    " low",    " increases",
    " decreases", " causes", " drug", " gene", " protein", " disease", " effect", " of",
    " on",        " and",    " is",   " in",   "yes",      "no",       "true",    "false"};

static const char chat_template[] =
    "{% for message in messages %}{{'<|im_start|>' + message['role'] + '\\n' + message['content'] "
    "+ "
    "'<|im_end|>' + '\\n'}}{% endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant\\n' "
    "}}{% endif %}";

/* ---- scalars --------------------------------------------------------------------------------- */

void gguf_u32(wrt_buf *out, uint32_t value) {
    for (int i = 0; i < 4; i++)
        wrt_buf_add_char(out, (char)(value >> (8 * i) & 0xff));
}

void gguf_u64(wrt_buf *out, uint64_t value) {
    gguf_u32(out, (uint32_t)value);
    gguf_u32(out, (uint32_t)(value >> 32));
}

void gguf_text(wrt_buf *out, const char *text) {
    gguf_u64(out, strlen(text));
    wrt_buf_add_c(out, text);
}

static void put_f32(wrt_buf *out, float value) {
    uint32_t bits;
    memcpy(&bits, &value, sizeof bits);
    gguf_u32(out, bits);
}

void gguf_header(wrt_buf *out, uint32_t version, uint64_t n_tensors, uint64_t n_keys) {
    wrt_buf_add_c(out, "GGUF");
    gguf_u32(out, version);
    gguf_u64(out, n_tensors);
    gguf_u64(out, n_keys);
}

void gguf_key_u32(wrt_buf *out, const char *key, uint32_t value) {
    gguf_text(out, key);
    gguf_u32(out, TYPE_U32);
    gguf_u32(out, value);
}

void gguf_key_text(wrt_buf *out, const char *key, const char *value) {
    gguf_text(out, key);
    gguf_u32(out, TYPE_TEXT);
    gguf_text(out, value);
}

static void key_f32(wrt_buf *out, const char *key, float value) {
    gguf_text(out, key);
    gguf_u32(out, TYPE_F32);
    put_f32(out, value);
}

static void key_array(wrt_buf *out, const char *key, uint32_t element, uint64_t n) {
    gguf_text(out, key);
    gguf_u32(out, TYPE_ARRAY);
    gguf_u32(out, element);
    gguf_u64(out, n);
}

/* ---- vocabulary ------------------------------------------------------------------------------ */

enum { PIECES_VOCAB = 512, VOCAB_MAX = 512 };

typedef struct {
    char tokens[VOCAB_MAX][TOKEN_BYTES];
    uint32_t types[VOCAB_MAX];
    size_t n_tokens;
    char merges[MERGES_MAX][2 * TOKEN_BYTES + 1];
    size_t n_merges;
} vocabulary;

/* GPT-2's printable stand-in for a byte: itself, or the next free code point from U+0100. */
static void put_byte(wrt_buf *out, unsigned byte) {
    unsigned code = byte;
    if (!((byte >= 33 && byte <= 126) || (byte >= 161 && byte <= 172) || byte >= 174)) {
        code = 256;
        for (unsigned i = 0; i < byte; i++)
            code += !((i >= 33 && i <= 126) || (i >= 161 && i <= 172) || i >= 174);
    }
    if (code < 0x80) {
        wrt_buf_add_char(out, (char)code);
    } else {
        wrt_buf_add_char(out, (char)(0xc0 | code >> 6));
        wrt_buf_add_char(out, (char)(0x80 | (code & 0x3f)));
    }
}

static bool has_token(const vocabulary *v, const char *text) {
    for (size_t i = 0; i < v->n_tokens; i++) {
        if (strcmp(v->tokens[i], text) == 0)
            return true;
    }
    return false;
}

static void add_token(vocabulary *v, const char *text, uint32_t type) {
    memcpy(v->tokens[v->n_tokens], text, strlen(text) + 1);
    v->types[v->n_tokens++] = type;
}

/* Every prefix of two bytes and more, each from the one before and the next byte. */
static void add_word(vocabulary *v, const char *word) {
    wrt_buf left = wrt_buf_make(TOKEN_BYTES - 1);
    put_byte(&left, (unsigned char)word[0]);
    for (size_t i = 1; word[i] != '\0'; i++) {
        wrt_buf right = wrt_buf_make(TOKEN_BYTES - 1);
        wrt_buf merge = wrt_buf_make(sizeof v->merges[0] - 1);
        put_byte(&right, (unsigned char)word[i]);
        wrt_buf_printf(&merge, "%s %s", left.ptr, right.ptr);
        wrt_buf_add_c(&left, right.ptr);
        if (!has_token(v, left.ptr)) {
            add_token(v, left.ptr, 1);
            memcpy(v->merges[v->n_merges++], merge.ptr, merge.len + 1);
        }
        wrt_buf_free(&merge);
        wrt_buf_free(&right);
    }
    wrt_buf_free(&left);
}

/* Tokens that stand for nothing, up to a multiple of 32. */
static void add_padding(vocabulary *v, size_t n) {
    for (unsigned i = 0; v->n_tokens < n; i++) {
        wrt_buf text = wrt_buf_make(TOKEN_BYTES - 1);
        wrt_buf_printf(&text, "[D%u]", i);
        add_token(v, text.ptr, 5);
        wrt_buf_free(&text);
    }
}

static void make_vocabulary(vocabulary *v) {
    add_token(v, "<|endoftext|>", 3);
    add_token(v, "<|im_start|>", 3);
    add_token(v, "<|im_end|>", 3);
    for (unsigned byte = 0; byte < 256; byte++) {
        wrt_buf text = wrt_buf_make(4);
        put_byte(&text, byte);
        add_token(v, text.ptr, 1);
        wrt_buf_free(&text);
    }
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        add_word(v, words[i]);
    add_padding(v, TINY_VOCAB);
}

/* ---- pieces: U+2581 in place of a space, bytes as <0xNN> */

static void add_prefixes(vocabulary *v, const char *word) {
    wrt_buf text = wrt_buf_make(TOKEN_BYTES - 1);
    bool begins_with_space = word[0] == ' ';
    wrt_buf_add_c(&text, begins_with_space ? "\xe2\x96\x81" : "");
    for (const char *c = word + begins_with_space; *c != '\0'; c++) {
        wrt_buf_add_char(&text, *c);
        if (!has_token(v, text.ptr))
            add_token(v, text.ptr, 1);
    }
    wrt_buf_free(&text);
}

static void make_pieces(vocabulary *v, int byte_tokens) {
    static const char *const control[] = {"<s>", "</s>", "<|im_start|>", "<|im_end|>"};
    add_token(v, "<unk>", 2);
    for (size_t i = 0; i < sizeof control / sizeof control[0]; i++)
        add_token(v, control[i], 3);
    for (int byte = 0; byte < (byte_tokens == 0 ? 256 : byte_tokens); byte++) {
        wrt_buf text = wrt_buf_make(TOKEN_BYTES - 1);
        wrt_buf_printf(&text, "<0x%02X>", (unsigned)byte);
        add_token(v, text.ptr, 6);
        wrt_buf_free(&text);
    }
    add_token(v, "\xe2\x96\x81", 1);
    for (char c = '!'; c <= '~'; c++)
        add_token(v, (const char[]){c, '\0'}, 1);
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        add_prefixes(v, words[i]);
    add_padding(v, PIECES_VOCAB);
}

/* Longer pieces win, of equal ones the first. */
static void put_scores(wrt_buf *out, const vocabulary *v) {
    key_array(out, "tokenizer.ggml.scores", TYPE_F32, v->n_tokens);
    for (size_t i = 0; i < v->n_tokens; i++)
        put_f32(out, 1000.0F * (float)strlen(v->tokens[i]) - (float)i);
}

static void put_merges(wrt_buf *out, const vocabulary *v) {
    key_array(out, "tokenizer.ggml.merges", TYPE_TEXT, v->n_merges);
    for (size_t i = 0; i < v->n_merges; i++)
        gguf_text(out, v->merges[i]);
}

/* 9 keys, 8 without a template. */
static void put_vocabulary(wrt_buf *out, const tiny_variant *variant) {
    static vocabulary v;
    memset(&v, 0, sizeof v);
    if (variant->sentencepiece)
        make_pieces(&v, variant->byte_tokens);
    else
        make_vocabulary(&v);
    gguf_key_text(out, "tokenizer.ggml.model", variant->sentencepiece ? "llama" : "gpt2");
    gguf_key_text(out, "tokenizer.ggml.pre", variant->sentencepiece ? "default" : "gpt-2");
    key_array(out, "tokenizer.ggml.tokens", TYPE_TEXT, v.n_tokens);
    for (size_t i = 0; i < v.n_tokens; i++)
        gguf_text(out, v.tokens[i]);
    key_array(out, "tokenizer.ggml.token_type", TYPE_I32, v.n_tokens);
    for (size_t i = 0; i < v.n_tokens; i++)
        gguf_u32(out, v.types[i]);
    if (variant->sentencepiece)
        put_scores(out, &v);
    else
        put_merges(out, &v);
    gguf_key_u32(out, "tokenizer.ggml.bos_token_id", 1);
    gguf_key_u32(out, "tokenizer.ggml.eos_token_id", 2);
    gguf_text(out, "tokenizer.ggml.add_bos_token");
    gguf_u32(out, TYPE_BOOL);
    wrt_buf_add_char(out, variant->adds_bos ? 1 : 0);
    if (!variant->no_template)
        gguf_key_text(out, "tokenizer.chat_template", chat_template);
}

/* ---- tensors --------------------------------------------------------------------------------- */

typedef struct {
    char name[48];
    uint64_t columns; /* the fastest dimension */
    uint64_t rows;    /* 0: a vector of ones */
    float deviation;
} tensor;

static size_t list_tensors(tensor *list, uint64_t n_vocab) {
    static const tensor layer[] = {{"attn_norm", WIDTH, 0, 0},
                                   {"attn_q", WIDTH, WIDTH, 0.1875F},
                                   {"attn_k", WIDTH, KV_WIDTH, 0.1875F},
                                   {"attn_v", WIDTH, KV_WIDTH, 0.125F},
                                   {"attn_output", WIDTH, WIDTH, 0.125F},
                                   {"ffn_norm", WIDTH, 0, 0},
                                   {"ffn_gate", WIDTH, INNER, 0.125F},
                                   {"ffn_up", WIDTH, INNER, 0.125F},
                                   {"ffn_down", INNER, WIDTH, 0.08838835F}};
    size_t n = 0;
    list[n++] = (tensor){"token_embd.weight", WIDTH, n_vocab, 1.0F};
    for (int i = 0; i < LAYERS; i++) {
        for (size_t k = 0; k < sizeof layer / sizeof layer[0]; k++) {
            wrt_buf name = wrt_buf_make(sizeof list[0].name - 1);
            wrt_buf_printf(&name, "blk.%d.%s.weight", i, layer[k].name);
            list[n] = layer[k];
            memcpy(list[n++].name, name.ptr, name.len + 1);
            wrt_buf_free(&name);
        }
    }
    list[n++] = (tensor){"output_norm.weight", WIDTH, 0, 0};
    list[n++] = (tensor){"output.weight", WIDTH, n_vocab, 0.25F};
    return n;
}

static uint64_t count_values(const tensor *t) {
    return t->columns * (t->rows == 0 ? 1 : t->rows);
}

static uint64_t next_random(uint64_t *state) {
    uint64_t z = *state += UINT64_C(0x9E3779B97F4A7C15);
    z = (z ^ z >> 30) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ z >> 27) * UINT64_C(0x94D049BB133111EB);
    return z ^ z >> 31;
}

/* Sum of twelve 16-bit uniforms, centred: variance one, near enough normal. */
static float next_normal(uint64_t *state) {
    int64_t sum = INT64_C(-6) * 65535;
    for (int i = 0; i < 3; i++) {
        uint64_t draw = next_random(state);
        for (int k = 0; k < 4; k++)
            sum += (int64_t)(draw >> (16 * k) & 0xffff);
    }
    return (float)sum / 65536.0F;
}

static void put_values(wrt_buf *out, const tensor *t) {
    uint64_t state = UINT64_C(0x9E3779B97F4A7C15);
    for (const char *c = t->name; *c != '\0'; c++)
        state = (state ^ (unsigned char)*c) * UINT64_C(0x100000001B3);
    for (uint64_t i = 0; i < count_values(t); i++)
        put_f32(out, t->rows == 0 ? 1.0F : next_normal(&state) * t->deviation);
}

static void put_tensors(wrt_buf *out, uint64_t n_vocab) {
    tensor list[TINY_TENSORS];
    size_t n = list_tensors(list, n_vocab);
    uint64_t offset = 0;
    for (size_t i = 0; i < n; i++) {
        gguf_text(out, list[i].name);
        gguf_u32(out, list[i].rows == 0 ? 1 : 2);
        gguf_u64(out, list[i].columns);
        if (list[i].rows != 0)
            gguf_u64(out, list[i].rows);
        gguf_u32(out, 0);
        gguf_u64(out, offset);
        offset += count_values(&list[i]) * 4; /* all sizes are multiples of 32 bytes */
    }
    while (out->len % 32 != 0)
        wrt_buf_add_char(out, 0);
    for (size_t i = 0; i < n; i++)
        put_values(out, &list[i]);
}

void tiny_gguf_build(wrt_buf *out) {
    tiny_gguf_build_variant(out, &(tiny_variant){0});
}

void tiny_gguf_build_variant(wrt_buf *out, const tiny_variant *variant) {
    uint32_t n_vocab = variant->sentencepiece ? PIECES_VOCAB : TINY_VOCAB;
    gguf_header(out, 3, TINY_TENSORS, variant->no_template ? 21 : 22);
    gguf_key_text(out, "general.architecture", "llama");
    gguf_key_text(out, "general.name", "tiny");
    gguf_key_u32(out, "general.file_type", 0);
    gguf_key_u32(out, "llama.context_length", TINY_CONTEXT);
    gguf_key_u32(out, "llama.embedding_length", WIDTH);
    gguf_key_u32(out, "llama.block_count", LAYERS);
    gguf_key_u32(out, "llama.feed_forward_length", INNER);
    gguf_key_u32(out, "llama.attention.head_count", 4);
    gguf_key_u32(out, "llama.attention.head_count_kv", 2);
    key_f32(out, "llama.attention.layer_norm_rms_epsilon", 1e-5F);
    key_f32(out, "llama.rope.freq_base", 10000.0F);
    gguf_key_u32(out, "llama.rope.dimension_count", 16);
    gguf_key_u32(out, "llama.vocab_size", n_vocab);
    put_vocabulary(out, variant);
    put_tensors(out, n_vocab);
}
