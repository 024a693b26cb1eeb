/* gguf_check.c: a strict walk over a GGUF file before an inference library sees it.
 *
 * The library trusts much of a model file and ends the process on some bad ones, so everything
 * that can be told from the file alone is checked here: every count and length against the bytes
 * that are left, every tensor against the end of the file, uniqueness of the vocabulary.
 * Invariant: `at` never passes `size`, and nothing is allocated but one index over the tokens.
 * Layout: ggml-org/ggml docs/gguf.md, versions 2 and 3. */
#include "llm/gguf_check.h"

#include "base/arena.h"
#include "base/file.h"

#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

enum { HEADER_SIZE = 24, NAME_MAX_BYTES = 64, KEY_MAX_BYTES = 65535, DIMS_MAX = 4 };
#define TOKENS_MAX   (UINT64_C(1) << 22)
#define ENTRIES_MAX  (UINT64_C(1) << 20)
#define ALIGN_MAX    (UINT64_C(1) << 20)
#define ELEMENTS_MAX (UINT64_C(1) << 48)

typedef enum {
    KIND_U8,
    KIND_I8,
    KIND_U16,
    KIND_I16,
    KIND_U32,
    KIND_I32,
    KIND_F32,
    KIND_BOOL,
    KIND_STRING,
    KIND_ARRAY,
    KIND_U64,
    KIND_I64,
    KIND_F64,
    KIND_COUNT
} kind;

/* Bytes of a scalar; 0 for strings and arrays. */
static const unsigned char kind_size[KIND_COUNT] = {1, 1, 2, 2, 4, 4, 4, 1, 0, 0, 8, 8, 8};

typedef struct {
    const unsigned char *data;
    uint64_t size;
    uint64_t at;
    uint64_t alignment;
    uint64_t n_types;  /* length of tokenizer.ggml.token_type */
    uint64_t n_scores; /* length of tokenizer.ggml.scores */
    uint64_t top_id;   /* largest id that a special token key names */
    bool has_top_id;
    wrt_gguf_facts facts;
    wrt_err *err;
} walk;

static wrt_status bad(const walk *w, const char *what) {
    return wrt_fail(w->err, WRT_E_INPUT, "not a usable GGUF model: %s at byte %" PRIu64, what,
                    w->at);
}

/* ---- the cursor ------------------------------------------------------------------------------ */

static wrt_status take(walk *w, uint64_t n, const unsigned char **out) {
    if (n > w->size - w->at)
        return wrt_fail(w->err, WRT_E_INPUT,
                        "not a usable GGUF model: the file ends inside its header (%" PRIu64
                        " bytes wanted at byte %" PRIu64 " of %" PRIu64 ")",
                        n, w->at, w->size);
    *out = w->data + w->at;
    w->at += n;
    return WRT_OK;
}

static uint64_t little_endian(const unsigned char *bytes, unsigned n) {
    uint64_t value = 0;
    for (unsigned i = 0; i < n; i++)
        value |= (uint64_t)bytes[i] << (8 * i);
    return value;
}

static wrt_status take_number(walk *w, unsigned n, uint64_t *out) {
    const unsigned char *bytes = NULL;
    wrt_status status = take(w, n, &bytes);
    if (status == WRT_OK)
        *out = little_endian(bytes, n);
    return status;
}

static wrt_status take_string(walk *w, uint64_t max, wrt_str *out) {
    uint64_t len = 0;
    const unsigned char *bytes = NULL;
    wrt_status status = take_number(w, 8, &len);
    if (status != WRT_OK)
        return status;
    if (len > max)
        return bad(w, "an over-long string");
    status = take(w, len, &bytes);
    if (status == WRT_OK)
        *out = (wrt_str){(const char *)bytes, (size_t)len};
    return status;
}

/* ---- metadata -------------------------------------------------------------------------------- */

static int compare_tokens(const void *a, const void *b) {
    return wrt_str_compare(*(const wrt_str *)a, *(const wrt_str *)b);
}

/* Two tokens with one text would end the process inside the library. */
static wrt_status check_tokens(walk *w, uint64_t n) {
    if (n == 0 || n > TOKENS_MAX)
        return bad(w, "a vocabulary of impossible size");
    if (n > (w->size - w->at) / 8)
        return bad(w, "a vocabulary that is larger than the file");
    wrt_str *tokens = wrt_calloc((size_t)n, sizeof *tokens);
    wrt_status status = WRT_OK;
    for (uint64_t i = 0; i < n && status == WRT_OK; i++)
        status = take_string(w, KEY_MAX_BYTES, &tokens[i]);
    if (status == WRT_OK) {
        qsort(tokens, (size_t)n, sizeof *tokens, compare_tokens);
        for (uint64_t i = 1; i < n && status == WRT_OK; i++) {
            if (wrt_str_equal(tokens[i - 1], tokens[i]))
                status = bad(w, "a vocabulary with a token twice, before");
        }
    }
    w->facts.n_tokens = n;
    free(tokens);
    return status;
}

static wrt_status check_bools(walk *w, uint64_t n) {
    const unsigned char *bytes = NULL;
    wrt_status status = take(w, n, &bytes);
    for (uint64_t i = 0; i < n && status == WRT_OK; i++) {
        if (bytes[i] > 1)
            status = bad(w, "a boolean that is neither 0 nor 1, before");
    }
    return status;
}

static wrt_status skip_strings(walk *w, uint64_t n) {
    wrt_str ignored;
    wrt_status status = WRT_OK;
    for (uint64_t i = 0; i < n && status == WRT_OK; i++)
        status = take_string(w, w->size, &ignored);
    return status;
}

static wrt_status check_array(walk *w, wrt_str key) {
    uint64_t element = 0;
    uint64_t n = 0;
    const unsigned char *ignored = NULL;
    wrt_status status = take_number(w, 4, &element);
    if (status == WRT_OK)
        status = take_number(w, 8, &n);
    if (status != WRT_OK)
        return status;
    if (element >= KIND_COUNT || element == KIND_ARRAY)
        return bad(w, "an array of an unknown type");
    if (wrt_str_equal_c(key, "tokenizer.ggml.tokens"))
        return element == KIND_STRING ? check_tokens(w, n) : bad(w, "tokens that are not strings");
    if (wrt_str_equal_c(key, "tokenizer.ggml.token_type"))
        w->n_types = n;
    if (wrt_str_equal_c(key, "tokenizer.ggml.scores"))
        w->n_scores = n;
    if (element == KIND_STRING)
        return skip_strings(w, n);
    if (n > w->size / kind_size[element])
        return bad(w, "an array that is larger than the file");
    if (element == KIND_BOOL)
        return check_bools(w, n);
    return take(w, n * kind_size[element], &ignored);
}

static bool is_token_id(wrt_str key) {
    const wrt_str prefix = WRT_STR("tokenizer.ggml.");
    const wrt_str suffix = WRT_STR("_token_id");
    return wrt_str_starts_with(key, prefix) && key.len > suffix.len &&
           memcmp(key.ptr + key.len - suffix.len, suffix.ptr, suffix.len) == 0;
}

/* Keys whose value decides how the rest of the file is read. */
static wrt_status note_scalar(walk *w, wrt_str key, uint64_t type, uint64_t value) {
    if (wrt_str_equal_c(key, "general.alignment")) {
        if (type != KIND_U32 || value == 0 || value > ALIGN_MAX || (value & (value - 1)) != 0)
            return bad(w, "an alignment that is not a power of two, before");
        w->alignment = value;
    } else if (wrt_str_equal_c(key, "split.count") && value > 1) {
        return wrt_fail(w->err, WRT_E_UNSUPPORTED,
                        "the model is split into %" PRIu64 " files; merge them into one GGUF",
                        value);
    } else if (is_token_id(key) && (type == KIND_U32 || type == KIND_I32)) {
        if (value != UINT32_MAX) { /* -1: no such token */
            w->top_id = value > w->top_id ? value : w->top_id;
            w->has_top_id = true;
        }
    }
    return WRT_OK;
}

static wrt_status note_string(walk *w, wrt_str key) {
    wrt_str value;
    wrt_status status = take_string(w, w->size, &value);
    if (status != WRT_OK || !wrt_str_equal_c(key, "general.architecture"))
        return status;
    if (value.len == 0 || value.len >= sizeof w->facts.architecture ||
        memchr(value.ptr, 0, value.len) != NULL || !wrt_utf8_valid(value))
        return bad(w, "a malformed architecture name before");
    memcpy(w->facts.architecture, value.ptr, value.len);
    w->facts.architecture[value.len] = '\0';
    return WRT_OK;
}

static wrt_status check_entry(walk *w) {
    wrt_str key = {0};
    uint64_t type = 0;
    uint64_t value = 0;
    wrt_status status = take_string(w, KEY_MAX_BYTES, &key);
    if (status == WRT_OK && key.len == 0)
        status = bad(w, "an empty key");
    if (status == WRT_OK)
        status = take_number(w, 4, &type);
    if (status != WRT_OK)
        return status;
    if (type >= KIND_COUNT)
        return bad(w, "a value of an unknown type");
    if (type == KIND_STRING)
        return note_string(w, key);
    if (type == KIND_ARRAY)
        return check_array(w, key);
    if (type == KIND_BOOL)
        return check_bools(w, 1);
    status = take_number(w, kind_size[type], &value);
    return status == WRT_OK ? note_scalar(w, key, type, value) : status;
}

static wrt_status check_metadata(walk *w, uint64_t n) {
    wrt_status status = WRT_OK;
    for (uint64_t i = 0; i < n && status == WRT_OK; i++)
        status = check_entry(w);
    if (status != WRT_OK)
        return status;
    if (w->facts.architecture[0] == '\0')
        return bad(w, "no general.architecture before");
    if ((w->n_types != 0 && w->n_types != w->facts.n_tokens) ||
        (w->n_scores != 0 && w->n_scores != w->facts.n_tokens))
        return bad(w, "token lists of different lengths before");
    if (w->has_top_id && w->facts.n_tokens != 0 && w->top_id >= w->facts.n_tokens)
        return bad(w, "a special token outside the vocabulary, before");
    return WRT_OK;
}

/* ---- tensors --------------------------------------------------------------------------------- */

bool wrt_gguf_type_size(uint32_t type, uint32_t *elements, uint32_t *bytes) {
    /* Elements and bytes of a block, by ggml_type; {0, 0}: withdrawn. */
    static const unsigned short blocks[][2] = {
        {1, 4},    {1, 2},    {32, 18},  {32, 20},   {0, 0},     {0, 0},     {32, 22},   {32, 24},
        {32, 34},  {32, 36},  {256, 84}, {256, 110}, {256, 144}, {256, 176}, {256, 210}, {256, 292},
        {256, 66}, {256, 74}, {256, 98}, {256, 50},  {32, 18},   {256, 110}, {256, 82},  {256, 136},
        {1, 1},    {1, 2},    {1, 4},    {1, 8},     {1, 8},     {256, 56},  {1, 2},     {0, 0},
        {0, 0},    {0, 0},    {256, 54}, {256, 66},  {0, 0},     {0, 0},     {0, 0},     {32, 17},
        {64, 36},  {128, 18}, {64, 18}};
    if (type >= sizeof blocks / sizeof blocks[0] || blocks[type][0] == 0)
        return false;
    *elements = blocks[type][0];
    *bytes = blocks[type][1];
    return true;
}

static wrt_status check_shape(walk *w, uint64_t *elements, uint64_t *row) {
    uint64_t n_dims = 0;
    uint64_t length = 0;
    wrt_status status = take_number(w, 4, &n_dims);
    if (status != WRT_OK)
        return status;
    if (n_dims == 0 || n_dims > DIMS_MAX)
        return bad(w, "a tensor without dimensions or with more than 4, before");
    *elements = 1;
    for (uint64_t i = 0; i < n_dims; i++) {
        status = take_number(w, 8, &length);
        if (status != WRT_OK)
            return status;
        if (length == 0 || length > ELEMENTS_MAX / *elements)
            return bad(w, "a tensor of impossible size before");
        *elements *= length;
        if (i == 0)
            *row = length;
    }
    return WRT_OK;
}

/* One tensor description; *end is where its data end, counted from the start of the data. */
static wrt_status check_tensor(walk *w, uint64_t *end) {
    wrt_str name = {0};
    uint64_t elements = 0;
    uint64_t row = 0;
    uint64_t type = 0;
    uint64_t offset = 0;
    uint32_t block = 0;
    uint32_t bytes = 0;
    wrt_status status = take_string(w, NAME_MAX_BYTES - 1, &name);
    if (status == WRT_OK)
        status = check_shape(w, &elements, &row);
    if (status == WRT_OK)
        status = take_number(w, 4, &type);
    if (status == WRT_OK)
        status = take_number(w, 8, &offset);
    if (status != WRT_OK)
        return status;
    if (!wrt_gguf_type_size((uint32_t)type, &block, &bytes))
        return bad(w, "a tensor of an unknown type before");
    if (block == 0 || row % block != 0)
        return bad(w, "a tensor whose rows are not whole blocks, before");
    if (offset % w->alignment != 0 || offset > w->size)
        return bad(w, "a misplaced tensor before");
    *end = offset + elements / block * bytes;
    return WRT_OK;
}

static wrt_status check_tensors(walk *w) {
    uint64_t last = 0;
    wrt_status status = WRT_OK;
    for (uint64_t i = 0; i < w->facts.n_tensors && status == WRT_OK; i++) {
        uint64_t end = 0;
        status = check_tensor(w, &end);
        last = end > last ? end : last;
    }
    if (status != WRT_OK)
        return status;
    w->facts.data_offset = (w->at + w->alignment - 1) / w->alignment * w->alignment;
    if (w->facts.data_offset > w->size || last > w->size - w->facts.data_offset)
        return wrt_fail(w->err, WRT_E_INPUT,
                        "not a usable GGUF model: the file is cut off (%" PRIu64
                        " bytes, its tensors need %" PRIu64 ")",
                        w->size, w->facts.data_offset + last);
    w->facts.data_end = w->facts.data_offset + last;
    return WRT_OK;
}

/* ---- the whole file -------------------------------------------------------------------------- */

static wrt_status check_header(walk *w, uint64_t *n_entries) {
    if (w->size < HEADER_SIZE || memcmp(w->data, "GGUF", 4) != 0)
        return wrt_fail(w->err, WRT_E_INPUT,
                        "not a GGUF model: the file does not begin with a GGUF header");
    uint64_t version = little_endian(w->data + 4, 4);
    if (version != 0 && (version & 0xffff) == 0)
        return wrt_fail(w->err, WRT_E_UNSUPPORTED, "the model is a big-endian GGUF file");
    if (version != 2 && version != 3)
        return wrt_fail(w->err, WRT_E_INPUT, "GGUF version %" PRIu64 " is not 2 or 3", version);
    w->facts.version = (uint32_t)version;
    w->facts.n_tensors = little_endian(w->data + 8, 8);
    *n_entries = little_endian(w->data + 16, 8);
    w->at = HEADER_SIZE;
    if (w->facts.n_tensors == 0 || w->facts.n_tensors > ENTRIES_MAX || *n_entries > ENTRIES_MAX)
        return bad(w, "an impossible count of tensors or keys before");
    return WRT_OK;
}

wrt_status wrt_gguf_check(wrt_gguf_facts *facts, wrt_str file, wrt_err *err) {
    walk w = {
        .data = (const unsigned char *)file.ptr, .size = file.len, .alignment = 32, .err = err};
    uint64_t n_entries = 0;
    wrt_status status = check_header(&w, &n_entries);
    if (status == WRT_OK)
        status = check_metadata(&w, n_entries);
    if (status == WRT_OK)
        status = check_tensors(&w);
    if (status == WRT_OK && facts != NULL)
        *facts = w.facts;
    return status;
}

wrt_status wrt_gguf_check_file(wrt_gguf_facts *facts, const char *path, wrt_err *err) {
    const char *name = wrt_path_base(path);
    struct stat info;
    int file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (file < 0)
        return wrt_fail(err, WRT_E_INPUT, "%s: the model file cannot be opened", name);
    wrt_status status = WRT_OK;
    void *bytes = MAP_FAILED;
    if (fstat(file, &info) != 0 || !S_ISREG(info.st_mode)) {
        status = wrt_fail(err, WRT_E_INPUT, "%s: not a regular file", name);
        goto out;
    }
    if (info.st_size < HEADER_SIZE) {
        status = wrt_fail(err, WRT_E_INPUT, "%s: too short for a GGUF model", name);
        goto out;
    }
    bytes = mmap(NULL, (size_t)info.st_size, PROT_READ, MAP_PRIVATE, file, 0);
    if (bytes == MAP_FAILED) {
        status = wrt_fail(err, WRT_E_FAILED, "%s: cannot be mapped into memory", name);
        goto out;
    }
    status = wrt_gguf_check(facts, (wrt_str){bytes, (size_t)info.st_size}, err);
    if (status != WRT_OK)
        wrt_err_prefix(err, "%s", name);
out:
    if (bytes != MAP_FAILED)
        munmap(bytes, (size_t)info.st_size);
    close(file);
    return status;
}
