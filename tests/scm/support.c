/* support.c: see support.h. */
#include "support.h"

#include "base/buf.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

wrt_json *json_of(const char *text) {
    wrt_json *out = NULL;
    wrt_err err = {0};
    if (wrt_json_parse(&out, wrt_str_of(text), &err) != WRT_OK)
        fail_msg("%s: %s", text, err.message);
    return out;
}

wrt_scm *scm_of_text(const char *text) {
    wrt_json *document = json_of(text);
    wrt_scm *scm = NULL;
    wrt_err err = {0};
    if (wrt_scm_parse(&scm, document, &err) != WRT_OK)
        fail_msg("%s", err.message);
    wrt_json_free(document);
    return scm;
}

static void write_rows(wrt_buf *out, const scm_oracle *m, int v) {
    int value[SCM_PARENTS] = {0};
    for (int r = 0;; r++) {
        wrt_buf_printf(out, "%s{", r > 0 ? "," : "");
        for (int j = 0; j < m->n_parents[v]; j++)
            wrt_buf_printf(out, "\"v%d\":\"%c\",", m->parents[v][j], 'a' + value[j]);
        wrt_buf_printf(out, "\"p\":[");
        for (int i = 0; i < m->k[v]; i++)
            wrt_buf_printf(out, "%s%.17g", i > 0 ? "," : "", m->table[v][r][i]);
        wrt_buf_printf(out, "]}");
        int j = m->n_parents[v] - 1;
        for (; j >= 0 && ++value[j] == m->k[m->parents[v][j]]; j--)
            value[j] = 0;
        if (j < 0)
            return;
    }
}

static void write_variable(wrt_buf *out, const scm_oracle *m, int v, bool with_tables) {
    wrt_buf_printf(out, "%s{\"name\":\"v%d\",\"values\":[", v > 0 ? "," : "", v);
    for (int i = 0; i < m->k[v]; i++)
        wrt_buf_printf(out, "%s\"%c\"", i > 0 ? "," : "", 'a' + i);
    wrt_buf_printf(out, "],\"parents\":[");
    for (int j = 0; j < m->n_parents[v]; j++)
        wrt_buf_printf(out, "%s\"v%d\"", j > 0 ? "," : "", m->parents[v][j]);
    if (with_tables) {
        wrt_buf_printf(out, "],\"cpt\":{\"rows\":[");
        write_rows(out, m, v);
        wrt_buf_printf(out, "]}}");
    } else {
        wrt_buf_printf(out, "],\"phrases\":[{\"before\":\"v%d is\",\"after\":\".\"}]}", v);
    }
}

wrt_scm *scm_of_oracle(const scm_oracle *oracle, bool with_tables) {
    wrt_buf text = wrt_buf_make(1 << 20);
    wrt_buf_printf(&text, "{\"schema\":\"warrant/scm/1\",\"name\":\"made up\",\"variables\":[");
    for (int v = 0; v < oracle->n; v++)
        write_variable(&text, oracle, v, with_tables);
    wrt_buf_printf(&text, "]}");
    wrt_scm *scm = scm_of_text(wrt_buf_str(&text).ptr);
    for (int v = 0; v < oracle->n; v++) {
        char name[16];
        snprintf(name, sizeof name, "v%d", v);
        assert_string_equal(wrt_scm_variable_at(scm, (size_t)v)->name, name);
    }
    wrt_buf_free(&text);
    return scm;
}

static wrt_status ask(double *out, void *ctx, size_t variable, const uint64_t *numbers, size_t n,
                      wrt_err *err) {
    asked_rows *rows = ctx;
    size_t k = (size_t)rows->oracle->k[variable];
    (void)err;
    rows->asks++;
    rows->rows += n;
    for (size_t i = 0; i < n; i++)
        memcpy(out + i * k, rows->oracle->table[variable][numbers[i]], k * sizeof *out);
    return WRT_OK;
}

wrt_scm_rows rows_of_oracle(asked_rows *ctx) {
    return (wrt_scm_rows){.ask = ask, .ctx = ctx};
}

void world_of_scene(wrt_scm_world *out, const wrt_scm *scm, wrt_scm_rows rows,
                    const scm_oracle *oracle, const scm_scene *scene) {
    wrt_scm_world_init(out, scm, rows);
    for (int v = 0; v < oracle->n; v++) {
        if (scene->set[v] >= 0)
            wrt_scm_world_set(out, (size_t)v, (size_t)scene->set[v]);
        if (scene->seen[v] >= 0)
            wrt_scm_world_see(out, (size_t)v, (size_t)scene->seen[v]);
        if (scene->soft[v] == NULL)
            continue;
        char name[16], value[2] = "a";
        wrt_json *soft = wrt_json_new_object(), *p = wrt_json_new_object();
        for (int i = 0; i < oracle->k[v]; i++, value[0]++)
            wrt_json_set_number(p, value, scene->soft[v][i]);
        snprintf(name, sizeof name, "v%d", v);
        wrt_json_set(soft, name, p);
        uint8_t kept = out->value[v];
        bool seen = out->seen[v];
        out->seen[v] = false;
        assert_int_equal(wrt_scm_world_read_do(out, soft, NULL), WRT_OK);
        out->seen[v] = seen;
        out->value[v] = kept;
        wrt_json_free(soft);
    }
}

bool is_implausible(double seen, double n, double p, double alpha) {
    double f = seen / n, divergence = 0;
    if (f > 0)
        divergence += f * log(f / p);
    if (f < 1)
        divergence += (1 - f) * log((1 - f) / (1 - p));
    return log(2.0) - n * divergence < log(alpha);
}
