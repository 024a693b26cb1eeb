/* egress_site.h: a place of the network as its host knows it; for egress.c alone. */
#ifndef WRT_AGENT_HOST_EGRESS_SITE_H
#define WRT_AGENT_HOST_EGRESS_SITE_H

#include "agent/host/egress.h"

typedef struct wrt_egress_place wrt_egress_place;

wrt_egress_place *wrt_egress_place_new(const wrt_egress_site *site); /* copies the texts */
void wrt_egress_place_free(wrt_egress_place *place); /* accepts NULL; wipes values */

/* Every function accepts NULL for a place that is not known. */
bool wrt_egress_place_holds(const wrt_egress_place *place, const char *url);

/* The URL that is really asked: the same, or what stands beneath the mirror. WRT_E_INPUT. */
wrt_status wrt_egress_place_url(wrt_buf *out, const wrt_egress_place *place, const char *url,
                                wrt_err *err);

/* Whether the worker's own words set a parameter that the host would add. */
bool wrt_egress_place_is_preempted(const wrt_egress_place *place, const wrt_exchange *exchange);

/* Appends "&name=value" for each parameter, the first one after `first` (none when it is NUL). */
void wrt_egress_place_add(wrt_buf *out, const wrt_egress_place *place, char first);

/* Waits for a turn, and says that the answer is there. *slot is -1 where there is no limit. */
wrt_status wrt_egress_place_enter(int *slot, wrt_egress_place *place, const wrt_cancel *cancel,
                                  int64_t deadline_ms, wrt_err *err);
void wrt_egress_place_leave(wrt_egress_place *place, int slot);
void wrt_egress_place_pause(wrt_egress_place *place, int64_t ms); /* the server asked for it */

/* Takes secrets out of what came back, in place. */
void wrt_egress_place_clean(wrt_buf *body, const wrt_egress_place *place);

#endif
