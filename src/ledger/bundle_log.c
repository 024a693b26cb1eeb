/* bundle_log.c: the transparency log of a run as files.
 *
 * The folder of a bundle is a log of its own that any client of c2sp.org/tlog-tiles can read:
 * `checkpoint`, the tree under tile/ in pieces of 256 hashes, its entries under tile/entries. Level
 * L of the tiles is level 8 L of the tree, which the chain keeps, so a file costs no hashing.
 *
 * c2sp.org/tlog-tiles, c2sp.org/tlog-proof@v1, c2sp.org/tlog-witness (request add-checkpoint). */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "ledger/bundle.h"

enum { CLAIM_ID_MAX = 64, TILE_LEVELS = 8, TILE_HEIGHT = 8 };

/* ---- tiles */

/* "x001/x234/067": three digits a part, all but the last marked. */
static void tile_number(char *out, size_t room, size_t index) {
    size_t high = index / 1000;
    if (high >= 1000)
        snprintf(out, room, "x%03zu/x%03zu/%03zu", high / 1000, high % 1000, index % 1000);
    else if (high > 0)
        snprintf(out, room, "x%03zu/%03zu", high, index % 1000);
    else
        snprintf(out, room, "%03zu", index);
}

void wrt_tile_path(char out[WRT_TILE_PATH_MAX], const char *level, size_t index, size_t width) {
    char number[40];
    tile_number(number, sizeof number, index);
    if (width < WRT_TILE_WIDTH)
        snprintf(out, WRT_TILE_PATH_MAX, "tile/%s/%s.p/%zu", level, number, width);
    else
        snprintf(out, WRT_TILE_PATH_MAX, "tile/%s/%s", level, number);
}

static size_t width_at(size_t n, size_t at) {
    return n - at < WRT_TILE_WIDTH ? n - at : WRT_TILE_WIDTH;
}

static void add_tiles(wrt_bundle_files *files, const wrt_merkle_log *log) {
    for (unsigned level = 0; level < TILE_LEVELS; level++) {
        size_t n = 0;
        const wrt_sha256 *hash = wrt_merkle_log_level(&n, log, level * TILE_HEIGHT);
        const char name[2] = {(char)('0' + level), '\0'};
        for (size_t at = 0; at < n; at += WRT_TILE_WIDTH) {
            char path[WRT_TILE_PATH_MAX];
            size_t width = width_at(n, at);
            wrt_buf tile = wrt_buf_make(width * WRT_SHA256_SIZE);
            wrt_buf_add(&tile, hash + at, width * WRT_SHA256_SIZE);
            wrt_tile_path(path, name, at / WRT_TILE_WIDTH, width);
            wrt_bundle_add(files, path, &tile);
        }
    }
}

static void add_entries(wrt_bundle_files *files, const wrt_chain *chain) {
    for (size_t at = 0; at < chain->n; at += WRT_TILE_WIDTH) {
        char path[WRT_TILE_PATH_MAX];
        char entry[WRT_EVENT_ENTRY_MAX];
        size_t width = width_at(chain->n, at);
        wrt_buf bundle = wrt_buf_make(width * (WRT_EVENT_ENTRY_MAX + 2));
        for (size_t i = at; i < at + width; i++) {
            const wrt_chain_event *event = &chain->event[i];
            wrt_event_entry(entry, (wrt_str){event->bytes, event->len}, event->seq);
            size_t len = strlen(entry);
            const char size[2] = {(char)(len >> 8), (char)(len & 0xFF)};
            wrt_buf_add(&bundle, size, sizeof size);
            wrt_buf_add_c(&bundle, entry);
        }
        wrt_tile_path(path, "entries", at / WRT_TILE_WIDTH, width);
        wrt_bundle_add(files, path, &bundle);
    }
}

/* ---- proofs */

static void write_hashes(wrt_buf *out, const wrt_sha256 *hash, size_t n) {
    char encoded[48];
    for (size_t i = 0; i < n; i++) {
        wrt_base64_encode(encoded, hash[i].bytes, WRT_SHA256_SIZE);
        wrt_buf_printf(out, "%s\n", encoded);
    }
}

static void add_heads(wrt_bundle_files *files, const wrt_chain *chain) {
    for (size_t i = 0; i < chain->n_heads; i++) {
        const wrt_chain_head *head = &chain->head[i];
        wrt_sha256 proof[WRT_MERKLE_PROOF_MAX];
        char path[WRT_TILE_PATH_MAX];
        wrt_buf note = wrt_buf_make(WRT_CHECKPOINT_MAX), growth = wrt_buf_make(WRT_KIB(16));
        size_t n = wrt_merkle_log_prove_growth(proof, chain->log, (size_t)head->size, chain->n);
        wrt_buf_add_c(&note, head->note);
        wrt_buf_printf(&growth, "old %lld\n", (long long)head->size);
        write_hashes(&growth, proof, n);
        wrt_buf_printf(&growth, "\n%s", chain->checkpoint);
        snprintf(path, sizeof path, "heads/%lld.checkpoint", (long long)head->size);
        wrt_bundle_add(files, path, &note);
        snprintf(path, sizeof path, "heads/%lld.growth", (long long)head->size);
        wrt_bundle_add(files, path, &growth);
    }
}

typedef struct {
    char id[CLAIM_ID_MAX + 1]; /* "" when it makes no plain file name */
    size_t seq;
} claim_name;

static int compare_claims(const void *a, const void *b) {
    const claim_name *left = a, *right = b;
    int order = strcmp(left->id, right->id);
    return order != 0 ? order : (left->seq > right->seq) - (left->seq < right->seq);
}

/* A name for the proof of a claim: its id where that makes a plain file name, else its event. */
static claim_name name_claim(wrt_str body, size_t seq) {
    static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-";
    claim_name name = {.seq = seq};
    wrt_json *claim = NULL;
    (void)wrt_json_parse(&claim, body, NULL);
    const char *id = wrt_json_get_text(claim, "id", "");
    size_t len = strlen(id);
    if (len > 0 && len <= CLAIM_ID_MAX && strspn(id, plain) == len && id[0] != '.' &&
        strncmp(id, "event-", 6) != 0)
        memcpy(name.id, id, len + 1);
    wrt_json_free(claim);
    return name;
}

/* The event itself is the extra data, from which the entry follows that is under the head. */
static void add_proof(wrt_bundle_files *files, const wrt_chain *chain, const char *path,
                      size_t seq) {
    const wrt_chain_event *event = &chain->event[seq];
    wrt_sha256 proof[WRT_MERKLE_PROOF_MAX];
    char *extra = wrt_calloc(wrt_base64_size(event->len) + 1, 1);
    size_t n = wrt_merkle_log_prove(proof, chain->log, seq, chain->n);
    wrt_buf text = wrt_buf_make(wrt_base64_size(event->len) + WRT_KIB(16));
    wrt_base64_encode(extra, (const unsigned char *)event->bytes, event->len);
    wrt_buf_printf(&text, "c2sp.org/tlog-proof@v1\nextra ");
    wrt_buf_add_c(&text, extra);
    wrt_buf_printf(&text, "\nindex %zu\n", seq);
    write_hashes(&text, proof, n);
    wrt_buf_printf(&text, "\n%s", chain->checkpoint);
    wrt_bundle_add(files, path, &text);
    free(extra);
}

static void add_proofs(wrt_bundle_files *files, const wrt_chain *chain) {
    claim_name *claim = wrt_calloc(chain->n + 1, sizeof *claim);
    size_t n = 0;
    for (size_t i = 0; i < chain->n; i++)
        if (wrt_str_equal_c(chain->event[i].view.type, "claim"))
            claim[n++] = name_claim(chain->event[i].view.body, i);
    qsort(claim, n, sizeof *claim, compare_claims);
    for (size_t i = 0; i < n; i++) {
        char path[CLAIM_ID_MAX + 40];
        bool is_later = i > 0 && strcmp(claim[i].id, claim[i - 1].id) == 0; /* of one claim */
        if (claim[i].id[0] != '\0' && !is_later)
            snprintf(path, sizeof path, "proofs/%s.tlog-proof", claim[i].id);
        else
            snprintf(path, sizeof path, "proofs/event-%zu.tlog-proof", claim[i].seq);
        add_proof(files, chain, path, claim[i].seq);
    }
    free(claim);
}

void wrt_bundle_add_log(wrt_bundle_files *files, const wrt_chain *chain) {
    add_tiles(files, chain->log);
    add_entries(files, chain);
    add_heads(files, chain);
    add_proofs(files, chain);
}
