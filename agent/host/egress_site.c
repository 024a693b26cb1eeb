/* egress_site.c: parameters, mirror, rate and secrets of one place. */
#include "agent/host/egress_site.h"

#include "base/arena.h"
#include "base/rate.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { TEXTS_MAX = 3 + 2 * WRT_EGRESS_PARAMETERS_MAX };

struct wrt_egress_place {
    wrt_egress_site site;   /* its texts are those below */
    char *texts[TEXTS_MAX]; /* ours, to be wiped */
    size_t n_texts;
    wrt_rate *rate; /* made at the first exchange */
};

static char *copy_of(wrt_egress_place *place, const char *text) {
    if (text == NULL)
        return NULL;
    return place->texts[place->n_texts++] = wrt_strdup(text);
}

wrt_egress_place *wrt_egress_place_new(const wrt_egress_site *site) {
    wrt_egress_place *place = wrt_calloc(1, sizeof *place);
    place->site = *site;
    place->site.prefix = copy_of(place, site->prefix);
    place->site.mirror = copy_of(place, site->mirror);
    place->site.rate.path = copy_of(place, site->rate.path);
    for (size_t i = 0; i < WRT_EGRESS_PARAMETERS_MAX; i++) {
        place->site.parameters[i].name = copy_of(place, site->parameters[i].name);
        place->site.parameters[i].value = copy_of(place, site->parameters[i].value);
    }
    return place;
}

void wrt_egress_place_free(wrt_egress_place *place) {
    if (place == NULL)
        return;
    for (size_t i = 0; i < place->n_texts; i++) {
        explicit_bzero(place->texts[i], strlen(place->texts[i]));
        free(place->texts[i]);
    }
    wrt_rate_free(place->rate);
    free(place);
}

bool wrt_egress_place_holds(const wrt_egress_place *place, const char *url) {
    return place != NULL && wrt_egress_is_beneath(url, place->site.prefix);
}

/* The prefix of a place is written as its plugin writes it, so that the rest of the text is the
 * rest of the path. */
wrt_status wrt_egress_place_url(wrt_buf *out, const wrt_egress_place *place, const char *url,
                                wrt_err *err) {
    bool has_mirror = place != NULL && place->site.mirror != NULL;
    size_t len = has_mirror ? strlen(place->site.prefix) : 0;
    if (has_mirror && strncasecmp(url, place->site.prefix, len) != 0)
        return wrt_fail(err, WRT_E_INPUT, "wanted the URL to begin as its place does");
    if (has_mirror) {
        size_t mirror = strlen(place->site.mirror);
        wrt_buf_add_c(out, place->site.mirror);
        wrt_buf_add_c(out, mirror > 0 && place->site.mirror[mirror - 1] != '/' ? "/" : "");
    }
    wrt_buf_add_c(out, url + len);
    return out->overflow ? wrt_fail(err, WRT_E_INPUT, "the URL is too long") : WRT_OK;
}

/* ---- parameters */

static bool is_set(const wrt_egress_parameter *parameter) {
    return parameter->name != NULL && parameter->value != NULL && parameter->value[0] != '\0';
}

/* "name=" behind '?' or '&', once escapes are undone. */
static bool sets(const char *text, const char *name) {
    size_t len = strlen(name);
    for (const char *at = text; (at = strcasestr(at, name)) != NULL; at += len) {
        bool is_start = at > text && (at[-1] == '&' || at[-1] == '?');
        if (is_start && at[len] == '=')
            return true;
    }
    return false;
}

bool wrt_egress_place_is_preempted(const wrt_egress_place *place, const wrt_exchange *exchange) {
    if (place == NULL)
        return false;
    char *text = wrt_egress_text(exchange);
    bool is_preempted = false;
    for (size_t i = 0; i < WRT_EGRESS_PARAMETERS_MAX; i++) {
        const char *name = place->site.parameters[i].name;
        is_preempted = is_preempted || (name != NULL && sets(text, name));
    }
    free(text);
    return is_preempted;
}

static void add_escaped(wrt_buf *out, const char *text) {
    for (; *text != '\0'; text++) {
        unsigned char c = (unsigned char)*text;
        bool is_plain = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
                        (c >= 'A' && c <= 'Z') || strchr("-._~", c) != NULL;
        if (is_plain)
            wrt_buf_add_char(out, (char)c);
        else
            wrt_buf_printf(out, "%%%02X", c);
    }
}

void wrt_egress_place_add(wrt_buf *out, const wrt_egress_place *place, char first) {
    for (size_t i = 0; place != NULL && i < WRT_EGRESS_PARAMETERS_MAX; i++) {
        const wrt_egress_parameter *parameter = &place->site.parameters[i];
        if (!is_set(parameter))
            continue;
        if (first != '\0')
            wrt_buf_add_char(out, first);
        wrt_buf_printf(out, "%s=", parameter->name);
        add_escaped(out, parameter->value);
        first = '&';
    }
}

/* ---- rate */

wrt_status wrt_egress_place_enter(int *slot, wrt_egress_place *place, const wrt_cancel *cancel,
                                  int64_t deadline_ms, wrt_err *err) {
    *slot = -1;
    if (place == NULL || place->site.rate.n == 0)
        return WRT_OK;
    wrt_status status = WRT_OK;
    if (place->rate == NULL)
        status = wrt_rate_new(&place->rate, &place->site.rate, err);
    return status == WRT_OK ? wrt_rate_take(slot, place->rate, cancel, deadline_ms, err) : status;
}

void wrt_egress_place_leave(wrt_egress_place *place, int slot) {
    if (slot >= 0)
        wrt_rate_done(place->rate, slot);
}

void wrt_egress_place_pause(wrt_egress_place *place, int64_t ms) {
    enum { PAUSE_MAX_MS = 10000 };
    if (place != NULL && place->rate != NULL && ms > 0)
        wrt_rate_pause(place->rate, ms < PAUSE_MAX_MS ? ms : PAUSE_MAX_MS);
}

/* ---- secrets */

/* Same length, so that offsets in an answer mean the same with and without a key. */
static void blot(wrt_buf *body, const char *secret) {
    size_t len = strlen(secret);
    char *at = body->ptr, *end = body->ptr + body->len;
    while (len > 0 && (at = memmem(at, (size_t)(end - at), secret, len)) != NULL) {
        memset(at, '*', len);
        at += len;
    }
}

void wrt_egress_place_clean(wrt_buf *body, const wrt_egress_place *place) {
    if (place == NULL || body->len == 0)
        return;
    for (size_t i = 0; i < WRT_EGRESS_PARAMETERS_MAX; i++) {
        const wrt_egress_parameter *parameter = &place->site.parameters[i];
        if (!is_set(parameter) || !parameter->is_secret)
            continue;
        wrt_buf escaped = wrt_buf_make(WRT_KIB(8));
        add_escaped(&escaped, parameter->value);
        blot(body, parameter->value);
        blot(body, escaped.ptr);
        explicit_bzero(escaped.ptr, escaped.len);
        wrt_buf_free(&escaped);
    }
    if (place->site.clean != NULL)
        place->site.clean(body, &place->site);
}
