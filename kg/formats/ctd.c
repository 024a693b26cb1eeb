/* ctd.c: chemical-gene interactions of the Comparative Toxicogenomics Database, CTD_chem_gene_ixns
 * (11 tab columns, comment lines before them).
 *
 * The sentence of a row may nest others: "A inhibits the reaction [B results in increased
 * phosphorylation of C]". The actions of such a row
 * ("decreases^reaction|increases^phosphorylation") belong to different pairs, so that a nested row
 * gets no direction. A row that is not nested says "X results in increased activity of Y";
 * whichever end the sentence begins with is the subject. A direction is taken when exactly one
 * action has one; whether it is a sign depends on the aspect. */
#include "kg/formats/formats.h"
#include "kg/formats/table.h"
#include "kg/formats/writer.h"

#include "kg/predicates.h"

#include <string.h>

enum {
    CHEMICAL,
    CHEMICAL_ID,
    CAS,
    SYMBOL,
    GENE_ID,
    FORMS,
    ORGANISM,
    ORGANISM_ID,
    SENTENCE,
    ACTIONS,
    PUBLICATIONS,
    N_COLUMNS
};
static const char *const columns[] = {
    "ChemicalName", "ChemicalID", "CasRN",       "GeneSymbol",         "GeneID",    "GeneForms",
    "Organism",     "OrganismID", "Interaction", "InteractionActions", "PubMedIDs", NULL};

typedef struct {
    wrt_kg_writer *writer;
    wrt_kg_table *table;
    wrt_buf chemical_id, gene_id, taxon, cas, aspect, publications;
} reader;

static wrt_str cell(const reader *in, int column) {
    return wrt_kg_table_cell(in->table, column);
}

/* ---- direction */

/* The action that has a direction, when there is exactly one. */
static bool find_action(wrt_str *aspect, bool *is_up, wrt_str actions) {
    wrt_str action, rest = actions;
    int n = 0;
    while (actions.len > 0 && wrt_str_cut(&action, &rest, '|')) {
        const wrt_str up = WRT_STR("increases^"), down = WRT_STR("decreases^");
        bool goes_up = wrt_str_starts_with(action, up);
        if (!goes_up && !wrt_str_starts_with(action, down))
            continue;
        *aspect = (wrt_str){action.ptr + up.len, action.len - up.len};
        *is_up = goes_up;
        n++;
    }
    return n == 1;
}

static bool contains(wrt_str text, const char *part) {
    return memmem(text.ptr, text.len, part, strlen(part)) != NULL;
}

/* Who acts: the end with which the sentence begins. */
typedef enum { NOBODY, BY_CHEMICAL, BY_GENE } actor;

static actor find_actor(wrt_str sentence, wrt_str chemical, wrt_str symbol) {
    bool by_chemical = chemical.len > 0 && wrt_str_starts_with(sentence, chemical);
    bool by_gene = symbol.len > 0 && wrt_str_starts_with(sentence, symbol);
    if (by_chemical && by_gene) /* one name begins with the other: the longer one is meant */
        return chemical.len > symbol.len ? BY_CHEMICAL : BY_GENE;
    return by_chemical ? BY_CHEMICAL : by_gene ? BY_GENE : NOBODY;
}

/* Biolink qualifiers of a row that states one direct effect; NULL otherwise. A mutant form says
 * nothing of the gene itself. */
static wrt_json *read_direction(reader *in, actor who) {
    wrt_str aspect, sentence = cell(in, SENTENCE);
    bool is_up = false;
    if (who == NOBODY || contains(sentence, "[") || contains(sentence, "mutant form") ||
        !find_action(&aspect, &is_up, cell(in, ACTIONS)))
        return NULL;
    wrt_buf_clear(&in->aspect);
    for (size_t i = 0; i < aspect.len; i++)
        wrt_buf_add_char(&in->aspect, aspect.ptr[i] == ' ' ? '_' : aspect.ptr[i]);
    wrt_json *qualifiers = wrt_json_new_object();
    wrt_json_set_text(qualifiers, "qualified_predicate", "biolink:causes");
    wrt_kg_attribute(qualifiers, "object_aspect_qualifier", wrt_buf_str(&in->aspect));
    wrt_json_set_text(qualifiers, "object_direction_qualifier", is_up ? "increased" : "decreased");
    return qualifiers;
}

/* ---- rows */

static wrt_status write_relation(uint32_t *out, reader *in, wrt_json *direction, wrt_err *err) {
    wrt_kg_relation relation = {
        .predicate = direction != NULL ? WRT_STR("biolink:affects") : WRT_STR("biolink:related_to"),
        .original = cell(in, ACTIONS),
        .level = WRT_STR("knowledge_assertion"),
        .agent = WRT_STR("manual_agent"),
        .primary = WRT_STR("infores:ctd"),
        .license = WRT_STR("CTD: free for research, permission for commercial use"),
        .sign = WRT_KG_SIGN_UNKNOWN,
    };
    wrt_json *qualifiers = direction != NULL ? direction : wrt_json_new_object();
    if (direction != NULL)
        wrt_kg_read_assertion(&relation, direction);
    wrt_kg_attribute(qualifiers, "species_context_qualifier",
                     wrt_kg_join(&in->taxon, "NCBITaxon:", cell(in, ORGANISM_ID)));
    relation.qualifiers = wrt_kg_render_qualifiers(in->writer, qualifiers);
    return wrt_kg_write_relation(out, in->writer, &relation, err);
}

static wrt_status write_nodes(reader *in, wrt_str chemical, wrt_str gene, wrt_err *err) {
    uint64_t line = wrt_kg_table_line(in->table);
    wrt_str cas = wrt_kg_join(&in->cas, "CAS:", cell(in, CAS));
    const wrt_kg_node_record nodes[] = {
        {.id = chemical,
         .name = cell(in, CHEMICAL),
         .kind = WRT_STR("ChemicalEntity"),
         .xrefs = &cas,
         .n_xrefs = cas.len > 0},
        {.id = gene, .name = cell(in, SYMBOL), .kind = WRT_STR("Gene")}};
    wrt_status status = wrt_kg_write_node_once(in->writer, &nodes[0], line, err);
    return status == WRT_OK ? wrt_kg_write_node_once(in->writer, &nodes[1], line, err) : status;
}

static wrt_json *read_attributes(reader *in) {
    wrt_json *attributes = wrt_json_new_object(), *others = wrt_json_new_array();
    wrt_str item, text = cell(in, PUBLICATIONS), rest = text;
    wrt_kg_attribute(attributes, "interaction", cell(in, SENTENCE));
    wrt_kg_attribute_list(attributes, "gene_forms", cell(in, FORMS), '|');
    wrt_kg_attribute(attributes, "organism", cell(in, ORGANISM));
    wrt_buf_clear(&in->publications);
    while (text.len > 0 && wrt_str_cut(&item, &rest, '|'))
        if ((item = wrt_str_trim(item)).len > 0 && !wrt_kg_add_publication(&in->publications, item))
            wrt_json_push(others, wrt_json_new_text(item));
    if (wrt_json_count(others) > 0)
        wrt_json_set(attributes, "references", others);
    else
        wrt_json_free(others);
    return attributes;
}

static wrt_status read_row(void *ctx, wrt_err *err) {
    reader *in = ctx;
    uint64_t line = wrt_kg_table_line(in->table);
    if (line == 1 && wrt_str_equal_c(cell(in, CHEMICAL), columns[CHEMICAL]))
        return WRT_OK; /* a header that somebody added */
    wrt_str chemical = cell(in, CHEMICAL_ID),
            gene = wrt_kg_join(&in->gene_id, "NCBIGene:", cell(in, GENE_ID));
    bool has_prefix = chemical.len > 0 && memchr(chemical.ptr, ':', chemical.len) != NULL;
    chemical = wrt_kg_join(&in->chemical_id, has_prefix ? "" : "MESH:", chemical);
    if (chemical.len == 0 || gene.len == 0 || cell(in, ACTIONS).len == 0)
        return wrt_kg_write_reject(in->writer, line, err,
                                   "the row lacks ChemicalID, GeneID or InteractionActions");
    actor who = find_actor(cell(in, SENTENCE), cell(in, CHEMICAL), cell(in, SYMBOL));
    wrt_kg_edge_record edge = {.subject = who == BY_GENE ? gene : chemical,
                               .object = who == BY_GENE ? chemical : gene};
    wrt_status status = write_nodes(in, chemical, gene, err);
    if (status == WRT_OK)
        status = write_relation(&edge.relation, in, read_direction(in, who), err);
    if (status != WRT_OK)
        return status;
    edge.attributes = wrt_kg_render(in->writer, read_attributes(in));
    edge.publications = wrt_buf_str(&in->publications);
    return wrt_kg_write_edge(in->writer, &edge, line, err);
}

/* ---- the format */

static wrt_status read_file(const wrt_kg_sink *sink, wrt_input *input,
                            const wrt_kg_format_options *options, wrt_err *err) {
    (void)options;
    const wrt_kg_table_style style = {.separator = '\t', .is_commented = true, .columns = columns};
    reader in = {.writer = NULL};
    wrt_status status = wrt_kg_table_open(&in.table, input, &style, err);
    if (status != WRT_OK)
        return status;
    wrt_buf *const buffers[] = {&in.chemical_id, &in.gene_id, &in.taxon,
                                &in.cas,         &in.aspect,  &in.publications};
    for (size_t i = 0; i < sizeof buffers / sizeof buffers[0]; i++)
        *buffers[i] = wrt_buf_make((size_t)3 * WRT_KG_LINE_MAX);
    in.writer = wrt_kg_writer_new(sink);
    status = wrt_kg_table_each(in.table, sink, read_row, &in, err);
    for (size_t i = 0; i < sizeof buffers / sizeof buffers[0]; i++)
        wrt_buf_free(buffers[i]);
    wrt_kg_writer_free(in.writer);
    wrt_kg_table_close(in.table);
    return status;
}

/* Ten or eleven cells, the last but one of the form "degree^type". */
static const char *role(wrt_str start) {
    wrt_str line = wrt_kg_first_line(start, true), cells[N_COLUMNS], rest = line;
    size_t n = 0;
    if (wrt_kg_header_holds(line, '\t', columns))
        return "edges";
    while (n < N_COLUMNS && wrt_str_cut(&cells[n], &rest, '\t'))
        n++;
    bool is_it = n > ACTIONS && rest.ptr == NULL && contains(cells[ACTIONS], "^");
    return is_it ? "edges" : NULL;
}

const wrt_kg_format wrt_kg_format_ctd = {
    "ctd", "CTD chemical-gene interactions (11 columns); no sign where sentences are nested", role,
    read_file};
