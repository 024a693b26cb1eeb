/* cassette.h: recorded exchanges, for tests and for a demonstration without a network.
 *
 * A file of JSON lines, one exchange each: {"v":1,"url","form"|null,"at","status","type",
 * "retry_after_ms","body"|"body_base64"} or, where no answer came, {"v":1,"url","form","failure",
 * "message"}. A request is public (exchange.h) and answers reach the recorder without the identity,
 * so a cassette holds neither key nor address.
 *
 * Played, a cassette never touches the network: an exchange that it does not hold is an error. Of
 * several equal requests each is answered by the next record of it; the last one is repeated. */
#ifndef WRT_PUBMED_LIVE_CASSETTE_H
#define WRT_PUBMED_LIVE_CASSETTE_H

#include "pubmed/live/exchange.h"

#define WRT_LIVE_CASSETTE_MAX WRT_MIB(64) /* bytes of a file */

typedef struct wrt_live_cassette wrt_live_cassette;

/* Reads a cassette whole. WRT_E_INPUT names the line. */
wrt_status wrt_live_cassette_play(wrt_live_cassette **out, const char *path, wrt_err *err);

/* Records what passes through to `inner`, appended to the file and flushed after each exchange; the
 * file is made with mode 0600. A record that cannot be written fails the exchange. */
wrt_status wrt_live_cassette_record(wrt_live_cassette **out, const char *path,
                                    wrt_live_transport inner, wrt_err *err);

wrt_live_transport wrt_live_cassette_transport(wrt_live_cassette *cassette);
size_t wrt_live_cassette_unplayed(const wrt_live_cassette *cassette); /* records not yet used */
void wrt_live_cassette_free(wrt_live_cassette *cassette);             /* accepts NULL */

#endif
