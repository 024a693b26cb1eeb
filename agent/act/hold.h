/* hold.h: a decision that waits for a person, inside a run: asked and recorded.
 *
 * "approval.request" {"decision","rules"} is in the ledger before anybody is asked, then
 * "approval.grant" {"decision","rules","by"} or "approval.refuse" {"decision","reason"}. What
 * differs between equal runs (digest, key, nonce, expiry) lies in their meta. */
#ifndef WRT_AGENT_ACT_HOLD_H
#define WRT_AGENT_ACT_HOLD_H

#include "agent/turn.h"

/* Puts a held request (complete) with its decision record to config->approve. WRT_OK when granted,
 * WRT_E_DENIED when not, with the reason; another failure is the ledger's. */
wrt_status wrt_hold_ask(wrt_turn *turn, const wrt_json *request, const wrt_json *record,
                        wrt_err *err);

#endif
