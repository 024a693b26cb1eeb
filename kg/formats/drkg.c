/* drkg.c: the Drug Repurposing Knowledge Graph (Ioannidis et al. 2020): three tab columns without a
 * header.
 *
 *   Compound::DB00563 <tab> DRUGBANK::target::Compound:Gene <tab> Gene::1719
 *
 * The relation names its source, a code and the kinds of its ends. Relations of Hetionet are read
 * by the metaedge table; a drug's action on a gene gets the drug as its subject, also where DRKG
 * writes Gene:Compound.
 *
 * GNBR's codes are the themes of Percha and Altman, Bioinformatics 2018;34:2614, table 3, found by
 * text mining: A+ agonism, activation; A- antagonism, blocking; N inhibits; E+, E-, E increases,
 * decreases, affects expression or production; B binding; T treatment, investigatory included; Pa
 * alleviates; Pr prevents; Sa side effect. The chemical acts on the gene. Between two genes the
 * table does not say which one acts (V+, E+, W, ...), nor do other themes state an effect (C, J,
 * Mp; those of gene and disease): their edges are "related to" and keep the code. */
#include "kg/formats/actions.h"
#include "kg/formats/formats.h"
#include "kg/formats/metaedges.h"
#include "kg/formats/table.h"
#include "kg/formats/writer.h"

#include "kg/predicates.h"

#include <string.h>
#include <strings.h>

#define UNKNOWN WRT_KG_SIGN_UNKNOWN
#define B       "biolink:"

static const char *const columns[] = {"head", "relation", "tail", NULL};

static const struct {
    const char *source, *code, *kinds; /* kinds: "" is any */
    const char *predicate, *aspect;    /* aspect: of an effect that has a direction */
    int sign;
} codes[] = {
    {"DRUGBANK", "target", "", B "interacts_with", NULL, UNKNOWN},
    {"DRUGBANK", "enzyme", "", B "interacts_with", NULL, UNKNOWN},
    {"DRUGBANK", "carrier", "", B "interacts_with", NULL, UNKNOWN},
    {"DRUGBANK", "ddi-interactor-in", "", B "interacts_with", NULL, UNKNOWN},
    {"DRUGBANK", "treats", "", B "treats", NULL, -1},
    {"STRING", "ACTIVATION", "", B "affects", "activity", 1},
    {"STRING", "INHIBITION", "", B "affects", "activity", -1},
    {"STRING", "BINDING", "", B "physically_interacts_with", NULL, UNKNOWN},
    {"GNBR", "A+", "Compound:Gene", B "affects", "activity", 1},
    {"GNBR", "A-", "Compound:Gene", B "affects", "activity", -1},
    {"GNBR", "N", "Compound:Gene", B "affects", "activity", -1},
    {"GNBR", "E+", "Compound:Gene", B "affects", "expression", 1},
    {"GNBR", "E-", "Compound:Gene", B "affects", "expression", -1},
    {"GNBR", "E", "Compound:Gene", B "affects", NULL, UNKNOWN},
    {"GNBR", "B", "", B "physically_interacts_with", NULL, UNKNOWN},
    {"GNBR", "T", "Compound:Disease", B "treats_or_applied_or_studied_to_treat", NULL, UNKNOWN},
    {"GNBR", "Pa", "Compound:Disease", B "ameliorates_condition", NULL, -1},
    {"GNBR", "Pr", "Compound:Disease", B "preventative_for_condition", NULL, -1},
    {"GNBR", "Sa", "Compound:Disease", B "has_side_effect", NULL, 1},
};

typedef struct {
    wrt_kg_writer *writer;
    wrt_kg_table *table;
    wrt_buf primary;
} reader;

/* Cuts at the first "::". */
static bool cut_pair(wrt_str *first, wrt_str *rest, wrt_str text) {
    const char *at = text.len > 0 ? memmem(text.ptr, text.len, "::", 2) : NULL;
    if (at == NULL)
        return false;
    size_t len = (size_t)(at - text.ptr);
    *first = (wrt_str){text.ptr, len};
    *rest = (wrt_str){text.ptr + len + 2, text.len - len - 2};
    return len > 0;
}

static wrt_json *direction(const char *aspect, int sign) {
    wrt_json *qualifiers = wrt_json_new_object();
    wrt_json_set_text(qualifiers, "qualified_predicate", B "causes");
    wrt_json_set_text(qualifiers, "object_aspect_qualifier", aspect);
    wrt_json_set_text(qualifiers, "object_direction_qualifier",
                      sign > 0 ? "increased" : "decreased");
    return qualifiers;
}

static void read_code(wrt_kg_relation *relation, wrt_json **qualifiers, wrt_str source,
                      wrt_str code, wrt_str kinds) {
    for (size_t i = 0; i < sizeof codes / sizeof codes[0]; i++) {
        if (!wrt_str_equal_c(source, codes[i].source) || !wrt_str_equal_c(code, codes[i].code) ||
            (codes[i].kinds[0] != '\0' && !wrt_str_equal_c(kinds, codes[i].kinds)))
            continue;
        relation->predicate = wrt_str_of(codes[i].predicate);
        if (codes[i].aspect != NULL)
            *qualifiers = direction(codes[i].aspect, codes[i].sign);
        wrt_kg_read_assertion(relation, *qualifiers);
        return;
    }
}

/* "INHIBITOR" is a word of the action table; "POSITIVE ALLOSTERIC MODULATOR", too. *swap: the drug
 * stands in the tail. */
static void read_relation(wrt_kg_relation *relation, wrt_json **qualifiers, bool *swap,
                          wrt_str text) {
    wrt_str source, rest, code = WRT_STR(""), kinds = WRT_STR("");
    if (!cut_pair(&source, &rest, text))
        return;
    if (!cut_pair(&code, &kinds, rest))
        code = rest;
    const wrt_kg_metaedge *metaedge =
        wrt_str_equal_c(source, "Hetionet") ? wrt_kg_metaedge_find(code) : NULL;
    if (metaedge != NULL) {
        wrt_str original = relation->original;
        *relation = wrt_kg_metaedge_relation(metaedge);
        relation->original = original;
        *qualifiers = wrt_kg_metaedge_qualifiers(metaedge);
        return;
    }
    read_code(relation, qualifiers, source, code, kinds);
    if (*qualifiers == NULL && relation->sign == UNKNOWN)
        (void)wrt_kg_actions_read(relation, qualifiers, code, '|');
    *swap = *qualifiers != NULL && wrt_str_equal_c(kinds, "Gene:Compound");
    if (wrt_str_equal_c(source, "GNBR"))
        relation->agent = WRT_STR("text_mining_agent");
}

static wrt_status write_node(reader *in, wrt_str id, uint64_t line, wrt_err *err) {
    wrt_kg_node_record node = {.id = id};
    wrt_str identifier;
    (void)cut_pair(&node.kind, &identifier, id);
    return wrt_kg_write_node_once(in->writer, &node, line, err);
}

static wrt_status read_row(void *ctx, wrt_err *err) {
    reader *in = ctx;
    uint64_t line = wrt_kg_table_line(in->table);
    wrt_str head = wrt_kg_table_cell(in->table, 0), text = wrt_kg_table_cell(in->table, 1);
    wrt_str tail = wrt_kg_table_cell(in->table, 2), source, rest;
    if (!cut_pair(&source, &rest, text) || head.len == 0 || tail.len == 0)
        return wrt_kg_write_reject(in->writer, line, err,
                                   "the row is not \"Kind::id, SOURCE::code::Kinds, Kind::id\"");
    wrt_kg_relation relation = {.predicate = WRT_STR(B "related_to"),
                                .original = text,
                                .level = WRT_STR("not_provided"),
                                .agent = WRT_STR("not_provided"),
                                .sign = UNKNOWN};
    wrt_json *qualifiers = NULL;
    bool swap = false;
    read_relation(&relation, &qualifiers, &swap, text);
    wrt_buf_clear(&in->primary);
    wrt_kg_add_infores(&in->primary, source);
    relation.primary = wrt_buf_str(&in->primary);
    relation.aggregator = WRT_STR("infores:drkg");
    relation.qualifiers = wrt_kg_render_qualifiers(in->writer, qualifiers);
    wrt_kg_edge_record edge = {.subject = swap ? tail : head, .object = swap ? head : tail};
    wrt_status status = write_node(in, head, line, err);
    if (status == WRT_OK)
        status = write_node(in, tail, line, err);
    if (status == WRT_OK)
        status = wrt_kg_write_relation(&edge.relation, in->writer, &relation, err);
    return status == WRT_OK ? wrt_kg_write_edge(in->writer, &edge, line, err) : status;
}

static wrt_status read_file(const wrt_kg_sink *sink, wrt_input *input,
                            const wrt_kg_format_options *options, wrt_err *err) {
    (void)options;
    const wrt_kg_table_style style = {.separator = '\t', .columns = columns};
    reader in = {.primary = wrt_buf_make(WRT_KG_LINE_MAX + 64)};
    wrt_status status = wrt_kg_table_open(&in.table, input, &style, err);
    if (status == WRT_OK) {
        in.writer = wrt_kg_writer_new(sink);
        status = wrt_kg_table_each(in.table, sink, read_row, &in, err);
    }
    wrt_buf_free(&in.primary);
    wrt_kg_writer_free(in.writer);
    wrt_kg_table_close(in.table);
    return status;
}

/* Three cells with "::", and kinds in the middle one. */
static const char *role(wrt_str start) {
    wrt_str line = wrt_kg_first_line(start, false), cells[3], rest = line, first, more, kinds;
    for (size_t i = 0; i < 3; i++)
        if (!wrt_str_cut(&cells[i], &rest, '\t'))
            return NULL;
    bool is_it = rest.ptr == NULL && cut_pair(&first, &more, cells[0]) &&
                 cut_pair(&first, &more, cells[2]) && cut_pair(&first, &more, cells[1]) &&
                 cut_pair(&first, &kinds, more) && kinds.len > 0 &&
                 memchr(kinds.ptr, ':', kinds.len) != NULL;
    return is_it ? "edges" : NULL;
}

const wrt_kg_format wrt_kg_format_drkg = {
    "drkg", "DRKG: three columns, Kind::id, SOURCE::code::Kinds, Kind::id", role, read_file};
