/* audit.h: what a stranger runs. Re-checks a stored or exported run without network or model. */
#ifndef WRT_LEDGER_AUDIT_H
#define WRT_LEDGER_AUDIT_H

#include "ledger/ledger.h"

/* Level 1, integrity: every event is canonical JSON, matches its leaf hash and follows its
 * predecessor; every blob an event names is there with its hash; the signed head covers exactly
 * these events. Level 2, completeness: seq is gapless from 0, run.start first and run.end last,
 * every tool.call stands after a policy.decision that allowed it and before its tool.result. Finds
 * any edit, deletion, insertion, reordering and truncation of a sealed run.
 *
 * *report is {"run","levels":[{"level","name","ok","detail"}],"events":n,"root":HEX,
 * "content":HEX,"key":VKEY,"first_failure":{"level","seq"|null,"message"}|null}, owned by the
 * caller, and set even on failure. Returns WRT_OK, or WRT_E_INTEGRITY with the first failure.
 * public_key: 32 bytes to check the signature with, or NULL for the key stored beside the run (the
 * report says so). */
wrt_status wrt_audit_run(wrt_json **report, wrt_ledger *ledger, const char *run,
                         const unsigned char *public_key, int max_level, wrt_err *err);

/* The same over an exported bundle folder. */
wrt_status wrt_audit_bundle(wrt_json **report, const char *folder, const unsigned char *public_key,
                            int max_level, wrt_err *err);

/* Writes the bundle of a run into a new folder: manifest.json, events.jsonl, blobs/, checkpoint,
 * claims.jsonl, policy/, VERIFY.md. The folder must not exist or be empty. */
wrt_status wrt_audit_export(wrt_ledger *ledger, const char *run, const char *folder, wrt_err *err);

/* Parses a C2SP verifier key "name+hash+base64", or the path of a file that holds one. */
wrt_status wrt_audit_parse_key(unsigned char public_key[32], const char *text_or_path,
                               wrt_err *err);

#endif
