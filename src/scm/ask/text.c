/* text.c: parts of an answer in a fixed order, each written where it is there. */
#include "scm/ask/text.h"

#include "scm/model.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

typedef struct {
    wrt_buf *out;
    bool is_implied;
} page;

__attribute__((format(printf, 2, 3))) static void say(const page *p, const char *format, ...) {
    wrt_buf line = wrt_buf_make(WRT_MIB(1));
    char text[2048];
    va_list args;
    va_start(args, format);
    (void)vsnprintf(text, sizeof text, format, args);
    va_end(args);
    wrt_utf8_make_printable(text, strlen(text));
    if (p->is_implied)
        wrt_buf_printf(&line, "[%s] ", WRT_SCM_LABEL);
    wrt_buf_add_c(&line, text);
    wrt_buf_add_char(&line, '\n');
    wrt_buf_add_str(p->out, wrt_buf_str(&line));
    wrt_buf_free(&line);
}

/* "{a: b, c: d}" of a flat object. */
static void flat(char *out, size_t size, const wrt_json *object) {
    size_t at = 0;
    out[0] = '\0';
    WRT_JSON_EACH(member, object) {
        wrt_buf text = wrt_buf_make(4096);
        wrt_json_write(&text, member);
        const char *shown = wrt_json_text(member) ? wrt_json_text(member) : wrt_buf_str(&text).ptr;
        int n = snprintf(out + at, size - at, "%s%s = %s", at > 0 ? ", " : "", wrt_json_key(member),
                         shown);
        wrt_buf_free(&text);
        if (n < 0 || (size_t)n >= size - at)
            return;
        at += (size_t)n;
    }
}

static void say_flat(const page *p, const char *name, const wrt_json *object) {
    char text[1024];
    if (wrt_json_count(object) == 0)
        return;
    flat(text, sizeof text, object);
    say(p, "%-14s  %s", name, text);
}

/* ---- parts */

static void write_variables(const page *p, const wrt_json *data) {
    WRT_JSON_EACH(v, wrt_json_get(data, "variables"))
    say(p, "%-20s %-11s %zu values, %zu parents, %s", wrt_json_get_text(v, "name", "?"),
        wrt_json_get_text(v, "role", "?"), wrt_json_count(wrt_json_get(v, "values")),
        wrt_json_count(wrt_json_get(v, "parents")), wrt_json_get_text(v, "mechanism", "?"));
    if (wrt_json_get(data, "variables") != NULL && wrt_json_get_number(data, "contexts", 0) > 0)
        say(p, "a language model is asked in %.0f contexts at most",
            wrt_json_get_number(data, "contexts", 0));
}

static void write_prompt(const page *p, const wrt_json *data) {
    const wrt_json *prompt = wrt_json_get(data, "prompt");
    wrt_buf text = wrt_buf_make(WRT_MIB(4));
    if (prompt != NULL) {
        wrt_json_write(&text, wrt_json_get(prompt, "text"));
        say(p, "text            %s", wrt_buf_str(&text).ptr);
    }
    WRT_JSON_EACH(candidate, wrt_json_get(prompt, "candidates")) {
        wrt_buf_clear(&text);
        wrt_json_write(&text, candidate);
        say(p, "candidate       %s", wrt_buf_str(&text).ptr);
    }
    wrt_buf_free(&text);
}

static void write_distribution(const page *p, const wrt_json *data) {
    const wrt_json *se = wrt_json_get(data, "se");
    WRT_JSON_EACH(value, wrt_json_get(data, "distribution")) {
        double error = wrt_json_get_number(se, wrt_json_key(value), 0);
        if (error > 0)
            say(p, "%s  %.6g  (se %.2g)", wrt_json_key(value), wrt_json_number(value, 0), error);
        else
            say(p, "%s  %.6g", wrt_json_key(value), wrt_json_number(value, 0));
    }
}

static void write_contrast(const page *p, const wrt_json *data) {
    const wrt_json *contrast = wrt_json_get(data, "contrast");
    const wrt_json *interventional = wrt_json_get(data, "interventional");
    const wrt_json *se = wrt_json_path(data, "se.interventional");
    if (contrast == NULL)
        return;
    say(p, "effect of %s = %s against %s on %s", wrt_json_get_text(data, "treatment", "?"),
        wrt_json_text(wrt_json_at(contrast, 1)), wrt_json_text(wrt_json_at(contrast, 0)),
        wrt_json_get_text(data, "outcome", "?"));
    WRT_JSON_EACH(value, interventional)
    say(p, "%s  done %+.6g (se %.2g)  seen %+.6g  gap %+.6g", wrt_json_key(value),
        wrt_json_number(value, 0), wrt_json_get_number(se, wrt_json_key(value), 0),
        wrt_json_get_number(wrt_json_get(data, "observational"), wrt_json_key(value), 0),
        wrt_json_get_number(wrt_json_get(data, "gap"), wrt_json_key(value), 0));
}

static void write_whatif(const page *p, const wrt_json *data) {
    const wrt_json *after = wrt_json_get(data, "counterfactual");
    if (after == NULL)
        return;
    WRT_JSON_EACH(value, after) {
        const char *name = wrt_json_key(value);
        const wrt_json *bounds = wrt_json_get(wrt_json_get(data, "bounds"), name);
        const wrt_json *effect = wrt_json_get(wrt_json_get(data, "effect"), name);
        say(p,
            "%s = %s  as it was %.4g  would be %.4g (any coupling: %.4g to %.4g)  change %+.4g "
            "(%.4g to %.4g)",
            wrt_json_get_text(data, "outcome", "?"), name,
            wrt_json_get_number(wrt_json_get(data, "factual"), name, 0), wrt_json_number(value, 0),
            wrt_json_number(wrt_json_at(bounds, 0), 0), wrt_json_number(wrt_json_at(bounds, 1), 0),
            wrt_json_get_number(effect, "effect", 0), wrt_json_get_number(effect, "low", 0),
            wrt_json_get_number(effect, "high", 0));
    }
    say(p, "bounds          %s", wrt_json_get_text(data, "bounds_kind", "?"));
}

static void write_support(const page *p, const wrt_json *data) {
    const wrt_json *support = wrt_json_get(data, "support");
    const wrt_json *flag = wrt_json_get(data, "extrapolation");
    if (flag == NULL)
        return;
    if (wrt_json_is(support, WRT_JSON_OBJECT))
        say(p, "support         such a patient gets this with probability %.3g%s",
            wrt_json_get_number(support, "p", 0),
            wrt_json_bool(flag, false) ? ": EXTRAPOLATION" : "");
    else
        say(p, "support         not known: too large a table");
    say_flat(p, "nearest", wrt_json_get(support, "nearest"));
}

static void write_presence(const page *p, const wrt_json *audit, const char *title) {
    const wrt_json *contrast = wrt_json_get(audit, "contrast");
    if (wrt_json_get(audit, "by_phrasing") == NULL)
        return;
    if (title != NULL)
        say(p, "%s: %s = %s against %s", title, wrt_json_get_text(audit, "treatment", "?"),
            wrt_json_text(wrt_json_at(contrast, 1)), wrt_json_text(wrt_json_at(contrast, 0)));
    WRT_JSON_EACH(e, wrt_json_get(audit, "effects")) {
        const wrt_json *null = wrt_json_get(e, "null");
        const wrt_json *detectable = wrt_json_get(e, "detectable");
        char least[32] = "none";
        if (wrt_json_is(detectable, WRT_JSON_NUMBER))
            (void)snprintf(least, sizeof least, "%.3g", wrt_json_number(detectable, 0));
        say(p,
            "%s  %+.4g (%.4g to %.4g over phrasings)  shuffled labels %.4g to %.4g  p %.3g  "
            "detectable %s",
            wrt_json_key(e), wrt_json_get_number(e, "effect", 0), wrt_json_get_number(e, "low", 0),
            wrt_json_get_number(e, "high", 0), wrt_json_number(wrt_json_at(null, 0), 0),
            wrt_json_number(wrt_json_at(null, 1), 0), wrt_json_get_number(e, "p_value", 1), least);
    }
    say(p, "phrasings       %.0f", wrt_json_get_number(audit, "phrasings", 0));
}

static void write_layers(const page *p, const wrt_json *data) {
    if (wrt_json_get(data, "members") == NULL)
        return;
    WRT_JSON_EACH(e, wrt_json_get(data, "effects")) {
        const wrt_json *phrasing = wrt_json_path(e, "layers.phrasing");
        char wording[32] = "not known";
        if (wrt_json_is(phrasing, WRT_JSON_NUMBER))
            (void)snprintf(wording, sizeof wording, "%.3g", wrt_json_number(phrasing, 0));
        const wrt_json *layers = wrt_json_get(e, "layers");
        say(p, "%s  %+.6g  by sample %.3g, by phrasing %s, by model not known", wrt_json_key(e),
            wrt_json_get_number(e, "effect", 0), wrt_json_get_number(layers, "sample", 0), wording);
    }
}

static void write_cost(const page *p, const wrt_json *data) {
    const wrt_json *cost = wrt_json_get(data, "cost");
    if (cost != NULL)
        say(p, "cheaper: %s, %s", wrt_json_get_text(cost, "cheaper", "?"),
            wrt_json_get_text(cost, "why", "?"));
}

static void write_basis(const page *p, const wrt_json *data) {
    const wrt_json *n = wrt_json_get(data, "n"), *usage = wrt_json_get(data, "usage");
    const wrt_json *model = wrt_json_get(data, "model");
    char units[32] = "";
    if (usage == NULL)
        return;
    if (wrt_json_is(n, WRT_JSON_NUMBER))
        (void)snprintf(units, sizeof units, " of %.0f units", wrt_json_number(n, 0));
    if (wrt_json_get(data, "rung") != NULL)
        say(p, "rung %.0f, %s%s, seed %.0f, coupling %s", wrt_json_get_number(data, "rung", 0),
            wrt_json_get_text(data, "method", "?"), units, wrt_json_get_number(data, "seed", 0),
            wrt_json_get_text(data, "coupling", "none"));
    say(p, "rule %s, temperature %g, model %s, %.0f contexts, %.0f cache hits%s",
        wrt_json_get_text(data, "rule", "?"), wrt_json_get_number(data, "temperature", 1),
        wrt_json_get_text(model, "model", wrt_json_get_text(model, "kind", "?")),
        wrt_json_get_number(usage, "contexts", 0), wrt_json_get_number(usage, "cache_hits", 0),
        wrt_json_get_bool(data, "weak", false)
            ? "; FEW EFFECTIVE UNITS, errors are not to be trusted"
            : "");
    if (!p->is_implied)
        say(p, "implied by the model's tables alone");
}

void wrt_scm_text_write(wrt_buf *out, const wrt_json *data) {
    const page p = {out, wrt_json_get_bool(data, "model_implied", true)};
    write_variables(&p, data);
    write_prompt(&p, data);
    say_flat(&p, "done", wrt_json_get(data, "do"));
    say_flat(&p, "given", wrt_json_get(data, "given"));
    say_flat(&p, "seen", wrt_json_get(data, "evidence"));
    write_distribution(&p, data);
    write_contrast(&p, data);
    write_whatif(&p, data);
    write_support(&p, data);
    write_presence(&p, data, NULL);
    write_presence(&p, wrt_json_get(data, "placebo"), "placebo");
    write_layers(&p, data);
    write_cost(&p, data);
    write_basis(&p, data);
}
