/* population_rows.c: one walk over the columns serves header, CSV and JSONL. */
#include "scm/ask/population_rows.h"

#include <string.h>

typedef struct {
    wrt_buf *out;
    const wrt_scm_rows_place *place;
    const wrt_scm_population *population; /* NULL: the header */
    size_t unit;
    bool is_first; /* column of the line */
} line;

static void add_csv(wrt_buf *out, const char *text) {
    if (strpbrk(text, ",\"\r\n") == NULL && text[0] != '\0') {
        wrt_buf_add_c(out, text);
        return;
    }
    wrt_buf_add_char(out, '"');
    for (; *text != '\0'; text++) {
        if (*text == '"')
            wrt_buf_add_char(out, '"');
        wrt_buf_add_char(out, *text);
    }
    wrt_buf_add_char(out, '"');
}

/* One column: its name in a header, else its value; is_text: quoted in JSON. */
static void add_column(line *l, const char *name, const char *value, bool is_text) {
    bool is_csv = l->place->form == WRT_SCM_CSV;
    if (!l->is_first)
        wrt_buf_add_char(l->out, ',');
    l->is_first = false;
    if (is_csv) {
        add_csv(l->out, l->population == NULL ? name : value);
        return;
    }
    wrt_json_write_string(l->out, wrt_str_of(name));
    wrt_buf_add_char(l->out, ':');
    if (is_text)
        wrt_json_write_string(l->out, wrt_str_of(value));
    else
        wrt_buf_add_c(l->out, value);
}

static void add_number(line *l, const char *name, double value) {
    char text[32];
    wrt_json_format_number(text, value);
    add_column(l, name, text, false);
}

static void add_variables(line *l) {
    const wrt_scm_source *source = l->place->source;
    for (size_t i = 0; i < wrt_scm_count(source->scm); i++) {
        const wrt_scm_variable *v = wrt_scm_variable_at(source->scm, i);
        size_t value =
            l->population == NULL ? 0 : wrt_scm_units_column(&l->population->units, i)[l->unit];
        if (strcmp(v->role, "hidden") != 0 || source->request->with_hidden)
            add_column(l, v->name, v->values[value], true);
    }
}

static void name_arm(wrt_buf *out, const char *what, const wrt_scm_variable *t, size_t arm) {
    wrt_buf_clear(out);
    wrt_buf_printf(out, "%s[%s=%s]", what, t->name, t->values[arm]);
}

static void add_arms(line *l) {
    const wrt_scm *scm = l->place->source->scm;
    const wrt_scm_variable *t = wrt_scm_variable_at(scm, l->place->treatment);
    const wrt_scm_variable *y = wrt_scm_variable_at(scm, l->place->outcome);
    wrt_buf name = wrt_buf_make(4 * (size_t)WRT_SCM_TEXT_MAX);
    size_t n = l->population == NULL ? 0 : l->population->units.n;
    for (size_t arm = 0; arm < t->n_values; arm++) {
        size_t value = l->population == NULL ? 0 : l->population->potential[arm * n + l->unit];
        name_arm(&name, y->name, t, arm);
        add_column(l, wrt_buf_str(&name).ptr, y->values[value], true);
    }
    for (size_t arm = 0; arm < t->n_values; arm++) {
        name_arm(&name, "p", t, arm);
        add_number(l, wrt_buf_str(&name).ptr,
                   l->population == NULL ? 0.0 : l->population->propensity[arm * n + l->unit]);
    }
    wrt_buf_free(&name);
}

static void add_line(line *l) {
    const wrt_scm_rows_place *place = l->place;
    l->is_first = true;
    if (place->form == WRT_SCM_JSONL)
        wrt_buf_add_char(l->out, '{');
    add_number(
        l, "unit",
        l->population == NULL ? 0.0 : (double)wrt_scm_units_number(&l->population->units, l->unit));
    add_variables(l);
    add_arms(l);
    if (place->is_family) {
        add_number(l, "phrasing", (double)place->phrasing);
        add_number(l, "seed", (double)place->seed);
    }
    if (wrt_scm_is_model_implied(place->source->scm))
        add_column(l, "label", WRT_SCM_LABEL, true);
    wrt_buf_add_c(l->out, place->form == WRT_SCM_JSONL ? "}\n" : "\n");
}

void wrt_scm_rows_head(wrt_buf *out, const wrt_scm_rows_place *place) {
    line l = {.out = out, .place = place};
    if (place->form == WRT_SCM_CSV)
        add_line(&l);
}

void wrt_scm_rows_write(wrt_buf *out, const wrt_scm_population *population,
                        const wrt_scm_rows_place *place) {
    line l = {.out = out, .place = place, .population = population};
    for (; l.unit < population->units.n; l.unit++)
        add_line(&l);
}
