/* names_fixture.c: see names_fixture.h. */
#include "tests/kg/names_fixture.h"

#include "base/input.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { NODES_MAX = 50000, TEXT_MAX = 16 << 20 };

static void must(wrt_status status, const wrt_err *err) {
    if (status != WRT_OK) {
        fprintf(stderr, "%s\n", err->message);
        abort();
    }
}

static char *keep(wrt_buf *text, wrt_str cell) {
    char *out = text->ptr + text->len;
    wrt_buf_add_str(text, cell);
    wrt_buf_add_char(text, '\0');
    return out;
}

bool names_load(name_list *out) {
    wrt_err err = {.code = WRT_OK};
    wrt_input *input = NULL;
    wrt_str line;
    bool got = false;
    const char *path = shared_path("hetionet/hetionet-v1.0-nodes.tsv.gz");
    if (path == NULL)
        return false;
    *out = (name_list){.ids = calloc(NODES_MAX, sizeof(char *)),
                       .names = calloc(NODES_MAX, sizeof(char *)),
                       .kinds = calloc(NODES_MAX, sizeof(char *)),
                       .text = wrt_buf_make(TEXT_MAX)};
    char *room = calloc(1, TEXT_MAX); /* so that the strings do not move */
    wrt_buf_add(&out->text, room, TEXT_MAX);
    free(room);
    out->text.len = 0;
    must(wrt_input_open(&input, path, &err), &err);
    must(wrt_input_line(&got, &line, input, 65536, &err), &err);
    while (wrt_input_line(&got, &line, input, 65536, &err) == WRT_OK && got && out->n < NODES_MAX) {
        wrt_str id, name, rest = line;
        wrt_str_cut(&id, &rest, '\t');
        wrt_str_cut(&name, &rest, '\t');
        out->ids[out->n] = keep(&out->text, id);
        out->names[out->n] = keep(&out->text, name);
        out->kinds[out->n++] = keep(&out->text, rest);
    }
    wrt_input_close(input);
    return true;
}

void names_free(name_list *list) {
    free(list->ids);
    free(list->names);
    free(list->kinds);
    wrt_buf_free(&list->text);
}

static void add_aliases(wrt_buf *tsv) {
    wrt_err err = {.code = WRT_OK};
    wrt_input *input = NULL;
    wrt_str line;
    bool got = false;
    const char *path = shared_path("hetionet/gene-alias-entrez.tsv.gz");
    if (path == NULL)
        return;
    must(wrt_input_open(&input, path, &err), &err);
    must(wrt_input_line(&got, &line, input, 65536, &err), &err);
    while (wrt_input_line(&got, &line, input, 65536, &err) == WRT_OK && got) {
        wrt_str alias, rest = line;
        wrt_str_cut(&alias, &rest, '\t');
        if (memchr(alias.ptr, '|', alias.len) == NULL)
            wrt_buf_printf(tsv, "Gene::%.*s\tGene\t\t%.*s\n", (int)rest.len, rest.ptr,
                           (int)alias.len, alias.ptr);
    }
    wrt_input_close(input);
}

void names_import(const scratch *s, const name_list *list) {
    wrt_buf tsv = wrt_buf_make(TEXT_MAX);
    wrt_buf_add_c(&tsv, "id\tcategory\tname\tsynonym\n");
    for (size_t i = 0; i < list->n; i++)
        wrt_buf_printf(&tsv, "%s\t%s\t%s\t\n", list->ids[i], list->kinds[i], list->names[i]);
    add_aliases(&tsv);
    import_ok(s, wrt_buf_str(&tsv).ptr, NULL);
    wrt_buf_free(&tsv);
}

void names_misspell(char *out, size_t room, const char *name, wrt_rng *rng) {
    size_t len = strlen(name);
    do {
        size_t at = (size_t)wrt_rng_below(rng, len - 1);
        char letter = (char)('a' + (char)wrt_rng_below(rng, 26));
        int first = (int)at;
        switch (wrt_rng_below(rng, 4)) {
        case 0:
            snprintf(out, room, "%.*s%s", first, name, name + at + 1);
            break;
        case 1:
            snprintf(out, room, "%.*s%c%s", first, name, letter, name + at);
            break;
        case 2:
            snprintf(out, room, "%.*s%c%s", first, name, letter, name + at + 1);
            break;
        default:
            snprintf(out, room, "%.*s%c%c%s", first, name, name[at + 1], name[at], name + at + 2);
        }
    } while (strcmp(out, name) == 0);
}

size_t names_rank(const wrt_json *matches, const char *name) {
    wrt_buf want = wrt_buf_make(WRT_KIB(64)), got = wrt_buf_make(WRT_KIB(64));
    size_t rank = 0, at = 0;
    wrt_kg_fold(&want, wrt_str_of(name));
    WRT_JSON_EACH(match, matches) {
        wrt_buf_clear(&got);
        wrt_kg_fold(&got, wrt_str_of(wrt_json_get_text(match, "name", "")));
        at++;
        if (rank == 0 && wrt_str_equal(wrt_buf_str(&got), wrt_buf_str(&want)))
            rank = at;
    }
    wrt_buf_free(&want);
    wrt_buf_free(&got);
    return rank;
}
