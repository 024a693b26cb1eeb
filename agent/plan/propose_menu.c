/* propose_menu.c: see propose_menu.h. */
#include "agent/plan/propose_menu.h"

#include "base/schema.h"

#include <stdio.h>
#include <string.h>

/* Of what is left of the run's time, for the call. */
static const double share = 0.1;

/* What a subject gives for an argument of this name; the first row that has a value wins. */
typedef struct {
    const char *subject, *argument;
    const char *maker;   /* tool or builtin of the step that is referred to; NULL: the frame */
    const char *path;    /* in that step's result, or in the frame */
    const char *example; /* of a maker's value, as JSON */
} source;

#define TEXT_EXAMPLE "\"x\""
#define GRAPH_EXAMPLE                                                                              \
    "{\"nodes\":[\"a\",\"b\"],\"edges\":[[\"a\",\"b\"]],\"bidirected\":[],\"latent\":[]}"

static const char question[] = "question"; /* gives to the others what they lack */

static const source sources[] = {
    {"treatment", "id", NULL, "treatment.id", NULL},
    {"treatment", "text", NULL, "treatment.name", NULL},
    {"outcome", "id", NULL, "outcome.id", NULL},
    {"outcome", "text", NULL, "outcome.name", NULL},
    {"first_route", "id", "kg_paths", "data[0].nodes[1].id", TEXT_EXAMPLE},
    {question, "from", NULL, "treatment.id", NULL},
    {question, "to", NULL, "outcome.id", NULL},
    {question, "graph", "draw_graph", "data.graph", GRAPH_EXAMPLE},
    {question, "treatment", "draw_graph", "data.treatment", TEXT_EXAMPLE},
    {question, "outcome", "draw_graph", "data.outcome", TEXT_EXAMPLE},
    {question, "graph", "estimand", "data.graph", GRAPH_EXAMPLE},
    {question, "treatment", "estimand", "data.treatment", TEXT_EXAMPLE},
    {question, "outcome", "estimand", "data.outcome", TEXT_EXAMPLE},
    {question, "graph", NULL, "inputs.graph", NULL},
    {question, "treatment", NULL, "treatment.name", NULL},
    {question, "outcome", NULL, "outcome.name", NULL},
    {question, "data", NULL, "inputs.data", NULL},
    {question, "scm", NULL, "inputs.scm", NULL},
    {question, "do", NULL, "do", NULL},
    {question, "query", "literature_query", "data.query", TEXT_EXAMPLE},
};
enum { N_SOURCES = sizeof sources / sizeof *sources };

/* A builtin that may be added to a plan which lacks it. */
static const struct {
    const char *builtin, *id, *why, *arguments[2];
} helpers[] = {
    {"literature_query",
     "extra_query",
     "the words to look for: the names of treatment and outcome",
     {"treatment", "outcome"}},
};

/* Tools of the program's own that ask the network, but not with these arguments. */
static const struct {
    const char *tool, *argument, *value;
} pins[] = {{"pubmed_search", "source", "local"}};

/* An offer in the making. */
typedef struct {
    const wrt_json *plan, *frame, *tool;
    wrt_json *helper; /* the step to stand before the call; NULL: none */
    wrt_json *args, *when;
    bool has_own; /* an argument comes from the subject itself */
} offer;

/* ---- steps */

static const wrt_json *find_maker(const wrt_json *plan, const char *name) {
    WRT_JSON_EACH(step, wrt_json_get(plan, "steps"))
    if (strcmp(wrt_json_get_text(step, "tool", wrt_json_get_text(step, "builtin", "")), name) ==
            0 &&
        wrt_json_get(step, "replaces") == NULL)
        return step;
    return NULL;
}

static const wrt_json *find_step(const wrt_json *plan, wrt_str id) {
    WRT_JSON_EACH(step, wrt_json_get(plan, "steps"))
    if (wrt_str_equal_c(id, wrt_json_get_text(step, "id", "")))
        return step;
    return NULL;
}

static wrt_json *new_step(const char *id, const char *kind, const char *name, wrt_json *args) {
    wrt_json *step = wrt_json_new_object();
    wrt_json_set_text(step, "id", id);
    wrt_json_set_text(step, kind, name);
    wrt_json_set(step, "args", args);
    return step;
}

/* The helper step of this name; NULL where there is none or the frame lacks what it is made of. */
static wrt_json *make_helper(const char *builtin, const wrt_json *frame) {
    for (size_t i = 0; i < sizeof helpers / sizeof *helpers; i++) {
        wrt_json *args = wrt_json_new_object();
        bool is_whole = strcmp(helpers[i].builtin, builtin) == 0;
        for (size_t k = 0; k < 2; k++) {
            const char *name = helpers[i].arguments[k];
            char reference[64];
            snprintf(reference, sizeof reference, "$frame.%s", name);
            wrt_json_set_text(args, name, reference);
            is_whole = is_whole && wrt_json_get(frame, name) != NULL;
        }
        if (!is_whole) {
            wrt_json_free(args);
            continue;
        }
        wrt_json *step = new_step(helpers[i].id, "builtin", builtin, args);
        wrt_json_set_text(step, "why", helpers[i].why);
        return step;
    }
    return NULL;
}

/* ---- what was asked already */

/* Where a reference leads in the end: what kg_resolve found of "$frame.treatment.id" is the
 * treatment, and so is its name. */
static wrt_str origin_of(const char *reference, const wrt_json *plan) {
    wrt_str text = wrt_str_of(reference);
    size_t len = strcspn(reference + 1, ".[?");
    const wrt_json *step = find_step(plan, (wrt_str){reference + 1, len});
    if (step != NULL && strcmp(wrt_json_get_text(step, "tool", ""), "kg_resolve") == 0 &&
        wrt_json_text(wrt_json_path(step, "args.text")) != NULL) {
        reference = wrt_json_text(wrt_json_path(step, "args.text"));
        text = wrt_str_of(reference);
    }
    static const char frame[] = "$frame.";
    if (strncmp(reference, frame, sizeof frame - 1) == 0)
        text.len = sizeof frame - 1 + strcspn(reference + sizeof frame - 1, ".[?");
    return text;
}

static bool is_same_argument(const wrt_json *a, const wrt_json *b, const wrt_json *plan) {
    const char *left = wrt_json_text(a), *right = wrt_json_text(b);
    if (left == NULL || right == NULL || left[0] != '$' || right[0] != '$')
        return a != NULL && b != NULL && wrt_json_equal(a, b);
    return wrt_str_equal(origin_of(left, plan), origin_of(right, plan));
}

static bool makes_call(const wrt_json *steps, const offer *o) {
    WRT_JSON_EACH(step, steps) {
        bool is_same = strcmp(wrt_json_get_text(step, "tool", ""),
                              wrt_json_get_text(o->tool, "name", "")) == 0;
        WRT_JSON_EACH(arg, o->args)
        is_same =
            is_same && is_same_argument(wrt_json_get(wrt_json_get(step, "args"), wrt_json_key(arg)),
                                        arg, o->plan);
        if (is_same)
            return true;
    }
    return false;
}

/* ---- binding */

/* Would the tool take it? */
static bool takes(const offer *o, const char *argument, const wrt_json *value) {
    const wrt_json *schema = wrt_json_get(o->tool, "args_schema");
    const wrt_json *part = wrt_json_get(wrt_json_get(schema, "properties"), argument);
    return value != NULL && (part == NULL || wrt_schema_validate_part(schema, part, value, argument,
                                                                      NULL) == WRT_OK);
}

static bool takes_example(const offer *o, const source *from) {
    wrt_json *value = NULL;
    bool fits = wrt_json_parse(&value, wrt_str_of(from->example), NULL) == WRT_OK &&
                takes(o, from->argument, value);
    wrt_json_free(value);
    return fits;
}

static bool bind_frame(offer *o, const source *from) {
    char reference[128];
    if (!takes(o, from->argument, wrt_json_path(o->frame, from->path)))
        return false;
    snprintf(reference, sizeof reference, "$frame.%s", from->path);
    wrt_json_set_text(o->args, from->argument, reference);
    return true;
}

/* The step must be there, or be one that may be added; without its value the call is not made. */
static bool bind_step(offer *o, const source *from) {
    char reference[256];
    const wrt_json *maker = find_maker(o->plan, from->maker);
    if (!takes_example(o, from))
        return false;
    if (maker == NULL && o->helper == NULL)
        o->helper = make_helper(from->maker, o->frame);
    maker = maker != NULL ? maker : o->helper;
    if (maker == NULL ||
        snprintf(reference, sizeof reference, "$%s.%s", wrt_json_get_text(maker, "id", "?"),
                 from->path) >= (int)sizeof reference)
        return false;
    wrt_json_set_text(o->args, from->argument, reference);
    wrt_json_push_text(o->when, reference);
    return true;
}

static bool bind_from(offer *o, const char *subject, const char *argument) {
    for (size_t i = 0; i < N_SOURCES; i++) {
        const source *from = &sources[i];
        if (strcmp(from->subject, subject) == 0 && strcmp(from->argument, argument) == 0 &&
            (from->maker == NULL ? bind_frame(o, from) : bind_step(o, from)))
            return true;
    }
    return false;
}

static bool bind_all(offer *o, const char *subject) {
    WRT_JSON_EACH(name, wrt_json_path(o->tool, "args_schema.required")) {
        const char *argument = wrt_json_text(name);
        if (argument == NULL)
            return false;
        if (bind_from(o, subject, argument))
            o->has_own = true;
        else if (!bind_from(o, question, argument))
            return false;
    }
    return o->has_own;
}

/* ---- the menu */

static bool has_store(const wrt_turn *turn, const wrt_json *tool) {
    WRT_JSON_EACH(store, wrt_json_get(tool, "reads")) {
        const char *name = wrt_json_text(store);
        if (name != NULL && ((strcmp(name, "kg") == 0 && !wrt_turn_has_graph(turn)) ||
                             (strcmp(name, "pubmed") == 0 && !wrt_turn_has_pubmed(turn))))
            return false;
    }
    return true;
}

/* Names were resolved when the question was framed; an id of a node is none of an edge. */
static bool is_pointless(const wrt_json *tool) {
    const char *name = wrt_json_get_text(tool, "name", "");
    return strcmp(name, "kg_resolve") == 0 || strcmp(name, "kg_edge") == 0;
}

/* Sets what keeps the call from the network; false when nothing does. */
static bool stays_local(wrt_json *args, const wrt_json *tool) {
    const char *name = wrt_json_get_text(tool, "name", "");
    bool stays = wrt_json_count(wrt_json_get(tool, "network")) == 0;
    for (size_t i = 0; i < sizeof pins / sizeof *pins; i++) {
        if (strcmp(pins[i].tool, name) != 0 || !wrt_json_get_bool(tool, "trusted", false))
            continue;
        wrt_json_set_text(args, pins[i].argument, pins[i].value);
        stays = true;
    }
    return stays;
}

/* A tool that writes or asks a model is for a person or a protocol to call. */
static bool is_harmless(const wrt_json *tool) {
    return !wrt_json_get_bool(tool, "writes", false) && !wrt_json_get_bool(tool, "model", false);
}

/* Consumes what the offer holds. */
static wrt_json *entry_of(offer *o, const char *subject) {
    const char *tool = wrt_json_get_text(o->tool, "name", "");
    char name[160], id[176];
    wrt_json *entry = wrt_json_new_object(), *steps = wrt_json_new_array();
    snprintf(name, sizeof name, "%.80s %s", tool, subject);
    snprintf(id, sizeof id, "extra_%.80s_%s", tool, subject);
    wrt_json *step = new_step(id, "tool", tool, o->args);
    if (wrt_json_count(o->when) > 0)
        wrt_json_set(step, "when", wrt_json_copy(o->when));
    wrt_json_set_text(step, "why", "proposed by the model");
    wrt_json_set(step, "share", wrt_json_new_number(share));
    if (o->helper != NULL)
        wrt_json_push(steps, o->helper);
    wrt_json_push(steps, step);
    wrt_json_set_text(entry, "option", name);
    wrt_json_set(entry, "steps", steps);
    wrt_json_free(o->when);
    return entry;
}

static void add_offer(wrt_json *menu, const offer *like, const char *subject,
                      const wrt_json *optional) {
    offer o = *like;
    o.args = wrt_json_new_object();
    o.when = wrt_json_new_array();
    if (bind_all(&o, subject) && !makes_call(wrt_json_get(o.plan, "steps"), &o) &&
        !makes_call(optional, &o) && stays_local(o.args, o.tool) &&
        wrt_json_count(menu) < WRT_MENU_MAX) {
        wrt_json_push(menu, entry_of(&o, subject));
        return;
    }
    wrt_json_free(o.helper);
    wrt_json_free(o.args);
    wrt_json_free(o.when);
}

wrt_json *wrt_propose_menu(const wrt_turn *turn, const wrt_json *plan, const wrt_json *protocol,
                           const wrt_json *frame) {
    static const char *const subjects[] = {"treatment", "outcome", "first_route", question};
    wrt_json *menu = wrt_json_new_array();
    WRT_JSON_EACH(tool, turn->tools) {
        const offer like = {.plan = plan, .frame = frame, .tool = tool};
        if (!is_harmless(tool) || !has_store(turn, tool) || is_pointless(tool))
            continue;
        for (size_t i = 0; i < sizeof subjects / sizeof *subjects; i++)
            add_offer(menu, &like, subjects[i], wrt_json_get(protocol, "optional"));
    }
    return menu;
}
