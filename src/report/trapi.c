/* trapi.c: the claims of a run as a TRAPI response.
 *
 * What was asked is a query graph of two nodes and an edge to be inferred. Every cited edge of the
 * knowledge graph is an edge here, with its own source and ours as the aggregator. Every other
 * claim is an edge whose primary source we are; a hypothesis has its links as its support graph.
 * One result binds the two nodes and, on the edge, all claims about them, contradicting ones
 * included and marked. */
#include "report/export.h"

#include "report/run_view.h"
#include "report/trapi_parts.h"

#include <stdio.h>
#include <string.h>

typedef struct {
    const wrt_report_run *run;
    const wrt_run_view *view;
    wrt_trapi_version version;
    wrt_json *nodes, *edges, *graphs; /* of the message */
    wrt_json *kinds;                  /* id of the run -> kind */
    wrt_json *reversed;               /* edge that a route read from object to subject -> true */
    wrt_json *rows;                   /* edge -> {"subject","object"} as the graph has it */
    wrt_json *bound;                  /* bindings of the asked edge */
    char from[WRT_TRAPI_ID_MAX], to[WRT_TRAPI_ID_MAX]; /* what was asked about; may be "" */
} message;

/* ---- what tools told of nodes and edges */

static void note_node(message *m, const wrt_json *node) {
    const char *id = wrt_json_get_text(node, "id", NULL);
    const char *kind = wrt_json_get_text(node, "kind", NULL);
    if (id != NULL && kind != NULL)
        wrt_json_set_text(m->kinds, id, kind);
}

static void note_data(message *m, const wrt_json *result) {
    WRT_JSON_EACH(item, wrt_json_get(result, "data")) {
        note_node(m, item);
        note_node(m, wrt_json_get(item, "node"));
        WRT_JSON_EACH(node, wrt_json_get(item, "nodes"))
        note_node(m, node);
        WRT_JSON_EACH(edge, wrt_json_get(item, "edges"))
        if (wrt_json_get_bool(edge, "reversed", false) && wrt_json_get_text(edge, "id", NULL))
            wrt_json_set_bool(m->reversed, wrt_json_get_text(edge, "id", ""), true);
    }
}

/* Rows of the graph that the program looked up: {edge: {"subject","object",...}}. */
static void note_rows(message *m, const wrt_json *result) {
    if (!wrt_json_is(result, WRT_JSON_OBJECT))
        return;
    WRT_JSON_EACH(item, result) {
        const wrt_json *subject = wrt_json_get(item, "subject");
        const wrt_json *object = wrt_json_get(item, "object");
        if (wrt_json_get(subject, "id") == NULL || wrt_json_get(object, "id") == NULL)
            continue;
        wrt_json *row = wrt_json_new_object();
        wrt_json_set(row, "subject", wrt_json_copy(subject));
        wrt_json_set(row, "object", wrt_json_copy(object));
        wrt_json_set(m->rows, wrt_json_key(item), row);
        note_node(m, subject);
        note_node(m, object);
    }
}

typedef void note_fn(message *m, const wrt_json *result);

static wrt_status note_result(message *m, const wrt_json *body, note_fn *note, wrt_err *err) {
    const char *hex = wrt_json_get_text(wrt_json_get(body, "blob"), "sha256", NULL);
    wrt_json *parsed = NULL;
    note(m, wrt_json_get(body, "result"));
    if (hex == NULL || m->run->get_blob == NULL)
        return WRT_OK;
    wrt_buf text = wrt_buf_make(WRT_MIB(64));
    wrt_status status = m->run->get_blob(&text, hex, m->run->ctx, err);
    if (status == WRT_OK && wrt_json_parse(&parsed, wrt_buf_str(&text), NULL) == WRT_OK)
        note(m, parsed);
    wrt_json_free(parsed);
    wrt_buf_free(&text);
    return status;
}

static wrt_status note_results(message *m, wrt_err *err) {
    wrt_status status = WRT_OK;
    WRT_JSON_EACH(event, m->run->events) {
        const wrt_json *body = wrt_json_get(event, "body");
        const char *type = wrt_json_get_text(event, "type", "");
        if (status == WRT_OK && strcmp(type, "tool.result") == 0 &&
            strncmp(wrt_json_get_text(body, "tool", ""), "kg_", 3) == 0)
            status = note_result(m, body, note_data, err);
        else if (status == WRT_OK && strcmp(type, "lookup") == 0 &&
                 strcmp(wrt_json_get_text(body, "what", ""), "edges") == 0)
            status = note_result(m, body, note_rows, err);
    }
    return status;
}

/* ---- nodes */

/* Adds the node once; its CURIE is left in out. */
static void add_node(message *m, char out[WRT_TRAPI_ID_MAX], const wrt_json *node) {
    char category[64];
    const char *id = wrt_json_get_text(node, "id", wrt_json_get_text(node, "name", "?"));
    const char *kind = wrt_json_get_text(m->kinds, id, wrt_json_get_text(node, "kind", NULL));
    wrt_trapi_curie(out, id);
    if (wrt_json_get(m->nodes, out) != NULL)
        return;
    wrt_json *entry = wrt_json_new_object(), *attributes = wrt_json_new_array();
    wrt_json *categories = wrt_json_new_array();
    wrt_trapi_category(category, kind);
    wrt_json_push_text(categories, category);
    if (wrt_json_get_text(node, "name", NULL) != NULL)
        wrt_json_set_text(entry, "name", wrt_json_get_text(node, "name", NULL));
    wrt_json_set(entry, "categories", categories);
    wrt_trapi_note(attributes, "identifier in the run", id);
    wrt_trapi_note(attributes, "kind in the graph", kind);
    wrt_json_set(entry, "attributes", attributes);
    wrt_json_set(m->nodes, out, entry);
}

/* ---- edges */

static void set_level(message *m, wrt_json *edge, const char *level, const char *agent) {
    wrt_json *attributes = wrt_json_get_mut(edge, "attributes");
    if (m->version == WRT_TRAPI_2_0) {
        wrt_json_set_text(edge, "knowledge_level", level);
        wrt_json_set_text(edge, "agent_type", agent);
        return;
    }
    wrt_trapi_attribute(attributes, "biolink:knowledge_level", NULL, wrt_json_new_c(level));
    wrt_trapi_attribute(attributes, "biolink:agent_type", NULL, wrt_json_new_c(agent));
}

static wrt_json *add_source(wrt_json *edge, const char *id, const char *role) {
    wrt_json *source = wrt_json_new_object();
    wrt_json_set_text(source, "resource_id", id);
    wrt_json_set_text(source, "resource_role", role);
    if (wrt_json_get(edge, "sources") == NULL)
        wrt_json_set(edge, "sources", wrt_json_new_array());
    wrt_json_push(wrt_json_get_mut(edge, "sources"), source);
    return source;
}

static void set_upstream(wrt_json *source, const char *id) {
    wrt_json *list = wrt_json_new_array();
    wrt_json_push_text(list, id);
    wrt_json_set(source, "upstream_resource_ids", list);
}

/* The record's own source, and us who passed it on. */
static void set_sources(wrt_json *edge, const wrt_json *source) {
    char primary[96];
    wrt_trapi_infores(primary, wrt_json_get_text(source, "primary_knowledge_source", NULL));
    add_source(edge, primary, "primary_knowledge_source");
    if (strcmp(primary, WRT_TRAPI_SELF) != 0)
        set_upstream(add_source(edge, WRT_TRAPI_SELF, "aggregator_knowledge_source"), primary);
}

static wrt_json *new_edge(message *m, const wrt_json *claim, bool reversed) {
    char subject[WRT_TRAPI_ID_MAX], object[WRT_TRAPI_ID_MAX];
    wrt_json *edge = wrt_json_new_object();
    add_node(m, subject, wrt_json_get(claim, "subject"));
    add_node(m, object, wrt_json_get(claim, "object"));
    wrt_json_set_text(edge, "subject", reversed ? object : subject);
    wrt_json_set_text(edge, "object", reversed ? subject : object);
    wrt_json_set(edge, "attributes", wrt_json_new_array());
    return edge;
}

/* The numbers of an estimate; TRAPI has no null. NULL when the claim states none. */
static wrt_json *without_nulls(const wrt_json *claim) {
    wrt_json *kept = wrt_json_new_object();
    WRT_JSON_EACH(item, wrt_json_get(claim, "numbers"))
    if (wrt_json_is(item, WRT_JSON_NUMBER) || wrt_json_is(item, WRT_JSON_STRING))
        wrt_json_set(kept, wrt_json_key(item), wrt_json_copy(item));
    if (wrt_json_count(kept) > 0)
        return kept;
    wrt_json_free(kept);
    return NULL;
}

/* What we say of an edge because of a claim. */
static void describe_claim(wrt_json *edge, const wrt_json *claim) {
    wrt_json *list = wrt_json_get_mut(edge, "attributes");
    wrt_trapi_note(list, "claim", wrt_json_get_text(claim, "id", NULL));
    wrt_trapi_attribute(list, "biolink:Attribute", "rung of evidence (1 to 3)",
                        wrt_json_new_int(wrt_json_get_int(claim, "rung", 1)));
    wrt_trapi_note(list, "reason for the rung", wrt_json_get_text(claim, "rung_reason", NULL));
    wrt_trapi_note(list, "certainty", wrt_json_get_text(claim, "certainty", NULL));
    wrt_trapi_note(list, "warrant",
                   wrt_json_get_text(wrt_json_get(claim, "warrant"), "kind", NULL));
    wrt_trapi_note(list, "population", wrt_json_get_text(claim, "population", NULL));
    wrt_trapi_attribute(list, "biolink:Attribute", "limits",
                        wrt_json_copy(wrt_json_get(claim, "limits")));
    wrt_trapi_attribute(list, "biolink:Attribute", "numbers", without_nulls(claim));
    if (!wrt_json_get_bool(claim, "withheld", false))
        wrt_trapi_attribute(list, "biolink:description", NULL,
                            wrt_json_copy(wrt_json_get(claim, "text")));
}

/* Regulation states its direction in a qualifier (Biolink 4.4); other predicates of a record keep
 * the one they have. */
static void set_direction(wrt_json *edge, const char *predicate, int64_t polarity) {
    if (polarity == 0 || strcmp(predicate, "biolink:regulates") != 0)
        return;
    wrt_trapi_qualifier(edge, "biolink:object_direction_qualifier",
                        polarity > 0 ? "upregulated" : "downregulated");
}

static void add_cited_edge(message *m, const wrt_json *claim, const wrt_json *evidence,
                           const char *id, const char *role) {
    char predicate[96];
    const wrt_json *source = wrt_json_get(evidence, "source");
    const wrt_json *row = wrt_json_get(m->rows, id);
    wrt_json *edge = new_edge(m, row != NULL ? row : claim,
                              row == NULL && wrt_json_get_bool(m->reversed, id, false));
    wrt_json *list = wrt_json_get_mut(edge, "attributes");
    wrt_trapi_predicate(predicate, wrt_json_get_text(evidence, "predicate", NULL));
    wrt_json_set_text(edge, "predicate", predicate);
    set_direction(edge, predicate, wrt_json_get_int(claim, "polarity", 0));
    set_sources(edge, source);
    set_level(m, edge, wrt_json_get_text(evidence, "knowledge_level", "not_provided"),
              wrt_json_get_text(evidence, "agent_type", "not_provided"));
    wrt_trapi_attribute(list, "biolink:publications", NULL,
                        wrt_json_copy(wrt_json_get(source, "publications")));
    wrt_trapi_attribute(list, "biolink:original_predicate", NULL,
                        wrt_json_copy(wrt_json_get(evidence, "original_predicate")));
    wrt_trapi_attribute(list, "biolink:license", NULL,
                        wrt_json_copy(wrt_json_get(source, "license")));
    wrt_trapi_note(list, "record", wrt_json_get_text(source, "record_id", NULL));
    wrt_trapi_note(list, "SHA-256 of the record", wrt_json_get_text(evidence, "sha256", NULL));
    wrt_trapi_note(list, "evidence", wrt_json_get_text(evidence, "id", NULL));
    wrt_trapi_note(list, "role", role);
    if (wrt_json_get_bool(evidence, "retracted", false))
        wrt_trapi_note(list, "retracted", "every cited publication is withdrawn");
    describe_claim(edge, claim);
    wrt_json_set(m->edges, id, edge);
}

/* Edges of the graph that a claim stands on, each added once. *last is the id of the last one. */
static void add_grounds(message *m, const wrt_json *claim, const char **last) {
    *last = NULL;
    WRT_JSON_EACH(ground, wrt_json_get(claim, "grounds")) {
        const wrt_json *evidence =
            wrt_run_view_by_id(NULL, wrt_json_get(m->view->answer, "evidence"),
                               wrt_json_get_text(ground, "evidence", ""));
        const char *id = wrt_json_get_text(wrt_json_get(evidence, "locator"), "edge", NULL);
        if (id == NULL)
            continue;
        if (wrt_json_get(m->edges, id) == NULL)
            add_cited_edge(m, claim, evidence, id, wrt_json_get_text(ground, "role", NULL));
        *last = id;
    }
}

/* ---- claims of our own */

static void levels_of(const char **level, const char **agent, const wrt_json *claim) {
    static const struct {
        const char *warrant, *level, *agent;
    } table[] = {
        {"identified_estimate", "statistical_association", "data_analysis_pipeline"},
        {"model_simulation", "prediction", "computational_model"},
        {"interventional_evidence", "knowledge_assertion", "automated_agent"},
    };
    const char *warrant = wrt_json_get_text(wrt_json_get(claim, "warrant"), "kind", "");
    *level = "prediction";
    *agent = "automated_agent";
    for (size_t i = 0; i < sizeof table / sizeof *table; i++)
        if (strcmp(table[i].warrant, warrant) == 0) {
            *level = table[i].level;
            *agent = table[i].agent;
        }
}

/* The links of a hypothesis that are in the message, as its support graph. */
static void add_support(message *m, wrt_json *edge, const wrt_json *claim) {
    char id[96];
    wrt_json *links = wrt_json_new_array();
    WRT_JSON_EACH(ground, wrt_json_get(claim, "grounds")) {
        const wrt_json *evidence =
            wrt_run_view_by_id(NULL, wrt_json_get(m->view->answer, "evidence"),
                               wrt_json_get_text(ground, "evidence", ""));
        const char *link = wrt_json_get_text(wrt_json_get(evidence, "locator"), "edge", NULL);
        if (link != NULL && wrt_json_get(m->edges, link) != NULL)
            wrt_json_push_text(links, link);
    }
    if (wrt_json_count(links) == 0) {
        wrt_json_free(links);
        return;
    }
    snprintf(id, sizeof id, "support:%.64s", wrt_json_get_text(claim, "id", "?"));
    wrt_json *graph = wrt_json_new_object(), *attributes = wrt_json_new_array();
    wrt_json *named = wrt_json_new_array();
    wrt_json_set(graph, "edges", links);
    wrt_trapi_note(attributes, "hypothesis", wrt_json_get_text(claim, "id", "?"));
    if (m->version == WRT_TRAPI_1_5)
        wrt_json_set(graph, "attributes", attributes);
    else
        wrt_json_free(attributes);
    wrt_json_set(m->graphs, id, graph);
    wrt_json_push_text(named, id);
    wrt_trapi_attribute(wrt_json_get_mut(edge, "attributes"), "biolink:support_graphs", NULL,
                        named);
}

static const char *role_of(const message *m, const wrt_json *claim) {
    const char *id = wrt_json_get_text(claim, "id", "");
    WRT_JSON_EACH(hypothesis, wrt_json_get(m->view->answer, "hypotheses"))
    if (strcmp(wrt_json_get_text(hypothesis, "claim", "-"), id) == 0)
        return wrt_json_get_text(hypothesis, "role", NULL);
    return NULL;
}

static void push_once(wrt_json *list, const char *text) {
    WRT_JSON_EACH(item, list)
    if (wrt_json_text(item) != NULL && text != NULL && strcmp(wrt_json_text(item), text) == 0)
        return;
    if (text != NULL)
        wrt_json_push_text(list, text);
}

/* Publications and quotations of the evidence of a claim that is no edge of the graph. */
static void add_publications(message *m, wrt_json *edge, const wrt_json *claim) {
    wrt_json *list = wrt_json_new_array(), *quotes = wrt_json_new_array();
    char text[40];
    WRT_JSON_EACH(ground, wrt_json_get(claim, "grounds")) {
        const wrt_json *evidence =
            wrt_run_view_by_id(NULL, wrt_json_get(m->view->answer, "evidence"),
                               wrt_json_get_text(ground, "evidence", ""));
        const wrt_json *source = wrt_json_get(evidence, "source");
        if (wrt_json_path(evidence, "locator.edge") != NULL)
            continue;
        WRT_JSON_EACH(id, wrt_json_get(source, "publications"))
        push_once(list, wrt_json_text(id));
        const wrt_json *pmid = wrt_json_get(source, "pmid");
        if (pmid == NULL)
            pmid = wrt_json_path(evidence, "locator.pmid");
        snprintf(text, sizeof text, "PMID:%lld", (long long)wrt_json_number(pmid, 0));
        if (wrt_json_text(pmid) != NULL)
            snprintf(text, sizeof text, "PMID:%.20s", wrt_json_text(pmid));
        if (pmid != NULL)
            push_once(list, text);
        if (strcmp(wrt_json_get_text(evidence, "kind", ""), "publication_quote") == 0 &&
            wrt_json_get_text(evidence, "text", NULL) != NULL)
            wrt_json_push_text(quotes, wrt_json_get_text(evidence, "text", ""));
    }
    wrt_trapi_attribute(wrt_json_get_mut(edge, "attributes"), "biolink:publications", NULL, list);
    wrt_trapi_attribute(wrt_json_get_mut(edge, "attributes"), "biolink:supporting_text", NULL,
                        quotes);
}

static void add_own_edge(message *m, const wrt_json *claim, char id[96]) {
    const char *direction = NULL, *level = NULL, *agent = NULL;
    const char *relation = wrt_json_get_text(claim, "relation", "unknown");
    wrt_json *edge = new_edge(m, claim, false);
    wrt_json *list = wrt_json_get_mut(edge, "attributes");
    snprintf(id, 96, "claim:%.64s", wrt_json_get_text(claim, "id", "?"));
    wrt_json_set_text(edge, "predicate", wrt_trapi_relation(&direction, relation));
    if (direction != NULL) {
        wrt_trapi_qualifier(edge, "biolink:qualified_predicate", "biolink:causes");
        wrt_trapi_qualifier(edge, "biolink:object_direction_qualifier", direction);
    }
    add_source(edge, WRT_TRAPI_SELF, "primary_knowledge_source");
    levels_of(&level, &agent, claim);
    set_level(m, edge, level, agent);
    if (strcmp(relation, "no_effect") == 0)
        wrt_trapi_attribute(list, "biolink:negated", NULL, wrt_json_new_bool(true));
    add_support(m, edge, claim);
    add_publications(m, edge, claim);
    wrt_trapi_note(list, "role", role_of(m, claim));
    describe_claim(edge, claim);
    wrt_json_set(m->edges, id, edge);
}

/* ---- binding */

static void bind_edge(message *m, const wrt_json *claim, const char *id) {
    char subject[WRT_TRAPI_ID_MAX], object[WRT_TRAPI_ID_MAX];
    wrt_trapi_curie(subject, wrt_json_get_text(wrt_json_get(claim, "subject"), "id", "?"));
    wrt_trapi_curie(object, wrt_json_get_text(wrt_json_get(claim, "object"), "id", "?"));
    if (strcmp(subject, m->from) != 0 || strcmp(object, m->to) != 0)
        return;
    if (m->version == WRT_TRAPI_2_0) {
        wrt_json_push_text(m->bound, id);
        return;
    }
    wrt_json *binding = wrt_json_new_object(), *attributes = wrt_json_new_array();
    wrt_trapi_note(attributes, "claim", wrt_json_get_text(claim, "id", NULL));
    wrt_trapi_note(attributes, "role", role_of(m, claim));
    wrt_json_set_text(binding, "id", id);
    wrt_json_set(binding, "attributes", attributes);
    wrt_json_push(m->bound, binding);
}

/* Edges of the graph first: hypotheses refer to them. */
static void add_claims(message *m) {
    const wrt_json *claims = wrt_json_get(m->view->answer, "claims");
    const char *cited = NULL;
    char id[96];
    WRT_JSON_EACH(claim, claims)
    if (strcmp(wrt_json_get_text(claim, "kind", ""), "edge") == 0) {
        add_grounds(m, claim, &cited);
        if (cited != NULL)
            bind_edge(m, claim, cited);
    }
    WRT_JSON_EACH(claim, claims) {
        bool is_edge = strcmp(wrt_json_get_text(claim, "kind", ""), "edge") == 0;
        if (is_edge)
            add_grounds(m, claim, &cited);
        if (is_edge && cited != NULL)
            continue;
        add_own_edge(m, claim, id);
        bind_edge(m, claim, id);
    }
}

/* ---- the message */

static wrt_json *one_text(const char *text) {
    wrt_json *list = wrt_json_new_array();
    wrt_json_push_text(list, text);
    return list;
}

/* An end of the question: as the frame links it to the graph, else as the first claim names it. */
static const wrt_json *asked(const message *m, const char *end) {
    const wrt_json *node = wrt_json_get(m->view->frame, end);
    const wrt_json *claim = wrt_json_first(wrt_json_get(m->view->answer, "claims"));
    if (wrt_json_get_text(node, "id", NULL) != NULL)
        return node;
    node = wrt_json_get(claim, strcmp(end, "treatment") == 0 ? "subject" : "object");
    return wrt_json_get_text(node, "id", NULL) != NULL ? node : NULL;
}

static wrt_json *query_node(const message *m, const char *id) {
    wrt_json *node = wrt_json_new_object();
    wrt_json_set(node, "ids", one_text(id));
    wrt_json_set(node, "categories",
                 wrt_json_copy(wrt_json_get(wrt_json_get(m->nodes, id), "categories")));
    return node;
}

static wrt_json *query_graph(const message *m) {
    wrt_json *graph = wrt_json_new_object(), *nodes = wrt_json_new_object();
    wrt_json *edges = wrt_json_new_object(), *edge = wrt_json_new_object();
    wrt_json_set(nodes, "n0", query_node(m, m->from));
    wrt_json_set(nodes, "n1", query_node(m, m->to));
    wrt_json_set_text(edge, "subject", "n0");
    wrt_json_set_text(edge, "object", "n1");
    wrt_json_set(edge, "predicates", one_text("biolink:related_to"));
    wrt_json_set_text(edge, "knowledge_type", "inferred");
    wrt_json_set(edges, "e0", edge);
    wrt_json_set(graph, "nodes", nodes);
    wrt_json_set(graph, "edges", edges);
    return graph;
}

static wrt_json *bind_node(const message *m, const char *id, const char *end) {
    wrt_json *binding = wrt_json_new_object();
    if (m->version == WRT_TRAPI_2_0) {
        wrt_json_set(binding, "ids", one_text(id));
        return binding;
    }
    wrt_json *list = wrt_json_new_array(), *attributes = wrt_json_new_array();
    wrt_trapi_note(attributes, "asked as", wrt_json_get_text(asked(m, end), "text", id));
    wrt_json_set_text(binding, "id", id);
    wrt_json_set(binding, "attributes", attributes);
    wrt_json_push(list, binding);
    return list;
}

/* Consumes the bindings. */
static wrt_json *results(message *m) {
    wrt_json *list = wrt_json_new_array(), *result = wrt_json_new_object();
    wrt_json *nodes = wrt_json_new_object(), *analyses = wrt_json_new_array();
    wrt_json *analysis = wrt_json_new_object(), *edges = wrt_json_new_object();
    wrt_json *bound = m->bound;
    if (m->version == WRT_TRAPI_2_0) {
        bound = wrt_json_new_object();
        wrt_json_set(bound, "ids", m->bound);
    }
    m->bound = NULL;
    wrt_json_set(edges, "e0", bound);
    wrt_json_set_text(analysis, "resource_id", WRT_TRAPI_SELF);
    wrt_json_set(analysis, "edge_bindings", edges);
    wrt_json_push(analyses, analysis);
    wrt_json_set(nodes, "n0", bind_node(m, m->from, "treatment"));
    wrt_json_set(nodes, "n1", bind_node(m, m->to, "outcome"));
    wrt_json_set(result, "node_bindings", nodes);
    wrt_json_set(result, "analyses", analyses);
    wrt_json_push(list, result);
    return list;
}

/* Consumes the parts of the message. */
static wrt_json *assemble(message *m) {
    wrt_json *body = wrt_json_new_object(), *graph = wrt_json_new_object();
    wrt_json *response = wrt_json_new_object();
    bool was_asked = m->from[0] != '\0' && m->to[0] != '\0';
    if (was_asked)
        wrt_json_set(body, "query_graph", query_graph(m));
    if (was_asked && wrt_json_count(m->bound) > 0)
        wrt_json_set(body, "results", results(m));
    wrt_json_set(graph, "nodes", m->nodes);
    wrt_json_set(graph, "edges", m->edges);
    wrt_json_set(body, "knowledge_graph", graph);
    if (wrt_json_count(m->graphs) > 0)
        wrt_json_set(body, "auxiliary_graphs", m->graphs);
    else
        wrt_json_free(m->graphs);
    wrt_json_set(response, "message", body);
    wrt_json_set_text(response, "schema_version", m->version == WRT_TRAPI_2_0 ? "2.0.0" : "1.5.0");
    wrt_json_set_text(response, "biolink_version", "4.4.4");
    wrt_json_set_text(response, "status", wrt_json_get_text(m->view->answer, "status", "open"));
    wrt_json_set_text(response, "description",
                      "claims of a run of warrant; a hypothesis is a chain of cited edges, not a "
                      "finding; research use, not medical advice");
    wrt_json_free(m->kinds);
    wrt_json_free(m->reversed);
    wrt_json_free(m->rows);
    wrt_json_free(m->bound);
    return response;
}

wrt_status wrt_report_trapi(wrt_json **out, const wrt_report_run *run, wrt_trapi_version version,
                            wrt_err *err) {
    wrt_run_view view;
    *out = NULL;
    wrt_status status = wrt_run_view_make(&view, run->events, err);
    if (status != WRT_OK)
        return status;
    message m = {.run = run, .view = &view, .version = version};
    wrt_json **const parts[] = {&m.nodes, &m.edges, &m.graphs, &m.kinds, &m.reversed, &m.rows};
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        *parts[i] = wrt_json_new_object();
    m.bound = wrt_json_new_array();
    status = note_results(&m, err);
    if (asked(&m, "treatment") != NULL && asked(&m, "outcome") != NULL) {
        add_node(&m, m.from, asked(&m, "treatment"));
        add_node(&m, m.to, asked(&m, "outcome"));
    }
    add_claims(&m);
    wrt_json *response = assemble(&m);
    if (status == WRT_OK)
        *out = response;
    else
        wrt_json_free(response);
    return status;
}
