/* store.h: the local copy of PubMed: one SQLite file, `pubmed.db` in the data directory.
 *
 *   file     what was ingested, in order: name, sums, counts, when finished
 *   article  pmid -> version, year, design flags, own and effective status, packed record (pack.h)
 *   mark     (target, source, status): what one record or list says of another's standing
 *   deleted  PMIDs that PubMed withdrew
 *   change   every change of standing to or from concern, notice, retracted, deleted, with its file
 *   term     index word -> number of articles that hold it
 *   word     FTS5 over title, abstract, subjects (MeSH, keywords) and codes (MeSH and publication
 *            type identifiers); it holds folded words (words.h) and no text
 *   subject  MeSH descriptors and publication types: identifier -> name
 *   meta     filters, field lengths
 *
 * The file changes only in the transactions of ingest.h, one per input file, under SQLite's
 * rollback journal: after a crash the next opening restores the state before the file that was cut
 * off. Whoever reads while a file is being ingested waits up to 5 s and is then told that the store
 * is locked (WRT_E_UNAVAILABLE). */
#ifndef WRT_PUBMED_STORE_H
#define WRT_PUBMED_STORE_H

#include "base/arena.h"
#include "base/err.h"
#include "base/hash.h"
#include "base/json.h"
#include "pubmed/article.h"

typedef struct wrt_pubmed_store wrt_pubmed_store;

typedef enum {
    WRT_PUBMED_STORE_READ,      /* the file must exist: WRT_E_NOT_FOUND names the command to run */
    WRT_PUBMED_STORE_WRITE,     /* made when missing */
    WRT_PUBMED_STORE_IMMUTABLE, /* read without a lock or a file beside it, as a sandbox needs */
} wrt_pubmed_store_mode;

/* A file that is not such a store is WRT_E_INPUT; one of another format WRT_E_UNSUPPORTED. */
wrt_status wrt_pubmed_store_open(wrt_pubmed_store **out, const char *path,
                                 wrt_pubmed_store_mode mode, wrt_err *err);
void wrt_pubmed_store_close(wrt_pubmed_store *store); /* accepts NULL */

/* Study designs and other facts about a record, as bits. */
enum {
    WRT_PUBMED_RCT = 1,
    WRT_PUBMED_META_ANALYSIS = 2,
    WRT_PUBMED_SYSTEMATIC_REVIEW = 4,
    WRT_PUBMED_OBSERVATIONAL = 8,
    WRT_PUBMED_TRIAL = 16, /* a clinical trial of any phase, randomised or not */
    WRT_PUBMED_REVIEW = 32,
    WRT_PUBMED_CASE_REPORT = 64,
    WRT_PUBMED_HUMAN = 128, /* MeSH Humans */
    WRT_PUBMED_HAS_ABSTRACT = 256
};
unsigned wrt_pubmed_flags_of(const wrt_pubmed_article *article);

/* Reads one article into the arena; its status is the effective one (what notices and lists in the
 * store say of it counts), not only what the record says. *found is false when it is not held. */
wrt_status wrt_pubmed_store_get(bool *found, wrt_pubmed_article *out, wrt_pubmed_store *store,
                                wrt_arena *arena, int64_t pmid, wrt_err *err);

/* {"articles","deleted","files","newest_file","newest_finished","newest_revised","filters":{...}|
 * null,"id"}: what the copy is and how old. newest_revised is the latest date of revision of any
 * record, "2025-01-31". Single records that came live do not count as files here and make a copy no
 * newer. */
wrt_status wrt_pubmed_store_info(wrt_json **out, wrt_pubmed_store *store, wrt_err *err);

/* SHA-256 over name and hash of every ingested file in order and the filters, hex: equal for copies
 * made alike. O(files). */
wrt_status wrt_pubmed_store_id(char out[WRT_SHA256_HEX + 1], wrt_pubmed_store *store, wrt_err *err);

/* SHA-256 over all articles (PMID, version, statuses, packed record), marks and deletions in order
 * of PMID, hex: the content, whatever the way it came in. O(bytes of the store). */
wrt_status wrt_pubmed_store_content_hash(char out[WRT_SHA256_HEX + 1], wrt_pubmed_store *store,
                                         wrt_err *err);

#endif
