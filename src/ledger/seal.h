/* seal.h: values of a run that can be taken away later. Internal to the ledger.
 *
 * A run whose run.start names members under "sealed" is stored with each value of these names, at
 * any depth of a body, replaced by a commitment {"commit":HEX}: SHA-256 over a salt of 32 bytes and
 * the canonical bytes of the value. Salt and value stand apart, as an opening; without it the
 * events, their hashes and the signed head are what they were. A salt is HMAC-SHA-256 of a secret
 * of the run over "SEQ POINTER", so a resumed run makes the same ones; the secret is random, never
 * derived from a seed, and removed when the run is sealed. A plain hash would not do: questions and
 * arguments are few enough to be guessed and tried. */
#ifndef WRT_LEDGER_SEAL_H
#define WRT_LEDGER_SEAL_H

#include "base/err.h"
#include "base/hash.h"
#include "base/json.h"

enum { WRT_SALT_SIZE = 32 };

typedef struct {
    int64_t seq;
    char *pointer; /* into the body of the event: RFC 6901 */
    unsigned char salt[WRT_SALT_SIZE];
    char *value; /* canonical bytes */
    size_t len;
} wrt_opening;

typedef struct {
    wrt_opening *item; /* in ascending order of (seq, pointer) */
    size_t n, room;
} wrt_openings;

void wrt_openings_clear(wrt_openings *list);

/* Appends one as found. WRT_E_INTEGRITY unless it comes after the last one. */
wrt_status wrt_openings_add(wrt_openings *list, const wrt_opening *found, wrt_err *err);

/* The openings of event seq: *n from the one returned on. O(log n). */
const wrt_opening *wrt_openings_of(size_t *n, const wrt_openings *list, int64_t seq);

/* WRT_E_INPUT unless names is NULL or an array of names that can be sealed. */
wrt_status wrt_seal_check_names(const wrt_json *names, wrt_err *err);
bool wrt_seal_has_name(const wrt_json *names, const char *name);

/* The last part of a pointer: the name of the member. Borrowed. */
const char *wrt_opening_name(const wrt_opening *opening);

/* A copy of body with its values of these names closed; their openings are appended to *out. */
wrt_json *wrt_seal_body(wrt_openings *out, const wrt_json *body, const wrt_json *names,
                        const unsigned char secret[32], int64_t seq);

/* True for {"commit":HEX}. */
bool wrt_is_commitment(const wrt_json *value);

/* A copy of a body with its commitments opened as far as there are openings. *missing is raised by
 * the number of those that stay closed. NULL when an opening is of another value than the one that
 * was committed to, or of none: then *bad is it. */
wrt_json *wrt_seal_open(size_t *missing, const wrt_opening **bad, const wrt_json *body,
                        const wrt_opening *opening, size_t n);

#endif
