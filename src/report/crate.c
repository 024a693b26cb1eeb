/* crate.c: ro-crate-metadata.json of a bundle.
 *
 * RO-Crate 1.1 (doi:10.5281/zenodo.5841615) with the profiles of Workflow Run RO-Crate 0.5
 * (Leo et al., doi:10.1371/journal.pone.0309210). 1.1 and 0.5 and not the later 1.3 and 0.6,
 * because that is what validators of the profiles check. The plan is the workflow, the run is the
 * action that it was the instrument of. A run that came to no plan is a Process Run Crate whose
 * instrument is the program. The one term that is not of RO-Crate's context, sha256, is defined in
 * the file itself. */
#include "report/export.h"

#include "base/arena.h"
#include "report/crate_parts.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- entities */

wrt_json *wrt_crate_ref(const char *id) {
    wrt_json *ref = wrt_json_new_object();
    wrt_json_set_text(ref, "@id", id);
    return ref;
}

void wrt_crate_push_ref(wrt_json *entity, const char *key, const char *id) {
    wrt_json *held = wrt_json_take(entity, key);
    if (held == NULL) {
        wrt_json_set(entity, key, wrt_crate_ref(id));
        return;
    }
    if (!wrt_json_is(held, WRT_JSON_ARRAY)) {
        wrt_json *list = wrt_json_new_array();
        wrt_json_push(list, held);
        held = list;
    }
    wrt_json_push(held, wrt_crate_ref(id));
    wrt_json_set(entity, key, held);
}

wrt_json *wrt_crate_add(wrt_crate *crate, const char *id, const char *type, const char *name) {
    wrt_json *entity = wrt_crate_ref(id);
    wrt_json_set_text(entity, "@type", type);
    if (name != NULL)
        wrt_json_set_text(entity, "name", name);
    wrt_json_push(crate->graph, entity);
    return entity;
}

bool wrt_crate_has_file(const wrt_crate *crate, const char *path) {
    WRT_JSON_EACH(file, crate->files)
    if (strcmp(wrt_json_get_text(file, "path", ""), path) == 0)
        return true;
    return false;
}

/* "2026-01-31T12:00:00.000Z" as the profiles want it, with +00:00; false for another text. */
static bool time_of(char out[32], const wrt_json *event) {
    const char *text = wrt_json_get_text(wrt_json_get(event, "meta"), "ts", "");
    size_t len = strlen("2026-01-31T12:00:00.000");
    if (strlen(text) != len + 1 || text[len] != 'Z' || strspn(text, "0123456789-:.T") != len)
        return false;
    snprintf(out, 32, "%.*s+00:00", (int)len, text);
    return true;
}

void wrt_crate_set_times(wrt_json *action, const wrt_json *first, const wrt_json *last) {
    char time[32];
    if (time_of(time, first))
        wrt_json_set_text(action, "startTime", time);
    if (time_of(time, last))
        wrt_json_set_text(action, "endTime", time);
}

void wrt_crate_set_status(wrt_json *action, bool completed, const char *error) {
    wrt_json_set_text(action, "actionStatus",
                      completed ? "http://schema.org/CompletedActionStatus"
                                : "http://schema.org/FailedActionStatus");
    if (!completed && error != NULL)
        wrt_json_set_text(action, "error", error);
}

/* ---- files */

static const struct {
    const char *ending, *media_type;
} endings[] = {
    {".jsonl", "application/jsonl"}, {".json", "application/json"}, {".html", "text/html"},
    {".md", "text/markdown"},        {".tlog-proof", "text/plain"}, {"checkpoint", "text/plain"},
};

static const struct {
    const char *path, *about;
} known_files[] = {
    {"events.jsonl", "every event of the run, one canonical JSON object a line"},
    {"claims.jsonl", "the claims of the run, one a line"},
    {"checkpoint", "the signed head over all events (C2SP tlog-checkpoint)"},
    {"policy/policy.json", "the policy in force"},
    {"report.html", "the run for people, self-contained"},
    {"prov.json", "the run as W3C PROV-JSON"},
    {"VERIFY.md", "how to check this bundle by hand"},
    {"manifest.json", "every file of the bundle with its hash, and the leaf hashes of all events"},
    {"plan.json", "the plan that the run followed"},
};

static bool ends_with(const char *text, const char *ending) {
    size_t n = strlen(text), m = strlen(ending);
    return n >= m && strcmp(text + n - m, ending) == 0;
}

static const char *media_type_of(const wrt_crate *crate, const char *path) {
    const char *base = strrchr(path, '/');
    if (strncmp(path, "blobs/", 6) == 0)
        return wrt_json_get_text(crate->blobs, base != NULL ? base + 1 : path,
                                 "application/octet-stream");
    for (size_t i = 0; i < sizeof endings / sizeof *endings; i++)
        if (ends_with(path, endings[i].ending))
            return endings[i].media_type;
    return "application/octet-stream";
}

static const char *about_of(const char *path) {
    for (size_t i = 0; i < sizeof known_files / sizeof *known_files; i++)
        if (strcmp(known_files[i].path, path) == 0)
            return known_files[i].about;
    if (strncmp(path, "proofs/", 7) == 0)
        return "proof that the event of a claim is under the signed head (C2SP tlog-proof)";
    if (strncmp(path, "blobs/", 6) == 0)
        return "bytes that an event refers to, named by their SHA-256";
    if (strncmp(path, "tile/", 5) == 0)
        return "part of the transparency log (C2SP tlog-tiles)";
    if (strncmp(path, "heads/", 6) == 0)
        return "a head that was signed while the run went on (C2SP tlog-checkpoint)";
    return NULL;
}

static wrt_json *add_file(wrt_crate *crate, const char *path) {
    const char *base = strrchr(path, '/');
    wrt_json *entity = wrt_crate_add(crate, path, "File", base != NULL ? base + 1 : path);
    if (about_of(path) != NULL)
        wrt_json_set_text(entity, "description", about_of(path));
    wrt_json_set_text(entity, "encodingFormat", media_type_of(crate, path));
    wrt_json_push_text(crate->parts, path);
    return entity;
}

/* Returns the entity of the plan, or NULL. */
static wrt_json *add_files(wrt_crate *crate) {
    wrt_json *plan = NULL;
    char size[32];
    WRT_JSON_EACH(file, crate->files) {
        const char *path = wrt_json_get_text(file, "path", "?");
        wrt_json *entity = add_file(crate, path);
        snprintf(size, sizeof size, "%lld", (long long)wrt_json_get_int(file, "size", 0));
        wrt_json_set_text(entity, "contentSize", size);
        wrt_json_set_text(entity, "sha256", wrt_json_get_text(file, "sha256", "?"));
        if (strcmp(path, WRT_CRATE_PLAN) == 0)
            plan = entity;
    }
    if (!wrt_crate_has_file(crate, "manifest.json"))
        add_file(crate, "manifest.json"); /* it holds the hash of this file, not the reverse */
    return plan;
}

/* What the events tell of the bytes that they refer to. */
static void note_blobs(wrt_crate *crate) {
    WRT_JSON_EACH(event, crate->view->events) {
        const wrt_json *body = wrt_json_get(event, "body");
        const char *type = wrt_json_get_text(event, "type", "");
        const char *hex = wrt_json_get_text(wrt_json_get(body, "blob"), "sha256", NULL);
        bool is_json = strcmp(type, "tool.result") == 0 || strcmp(type, "lookup") == 0 ||
                       strncmp(type, "llm.", 4) == 0;
        if (hex != NULL)
            wrt_json_set_text(
                crate->blobs, hex,
                wrt_json_get_text(body, "content_type",
                                  is_json ? "application/json" : "application/octet-stream"));
    }
    const char *rules =
        wrt_json_get_text(wrt_json_path(crate->view->start, "policy.document"), "sha256", NULL);
    if (rules != NULL)
        wrt_json_set_text(crate->blobs, rules, "application/json");
    WRT_JSON_EACH(member, crate->view->start)
    if (wrt_json_get(member, "size") != NULL && wrt_json_get_text(member, "sha256", NULL) != NULL)
        wrt_json_set_text(crate->blobs, wrt_json_get_text(member, "sha256", ""),
                          "application/json");
}

/* ---- who and what */

static void add_agents(wrt_crate *crate) {
    const wrt_json *start = crate->view->start;
    wrt_json *asker = wrt_crate_add(crate, WRT_CRATE_ASKER, "Person", "who asked the question");
    wrt_json_set_text(asker, "description", "the run does not record a name");
    wrt_json *program = wrt_crate_add(crate, WRT_CRATE_PROGRAM, "SoftwareApplication",
                                      wrt_json_get_text(start, "program", "warrant"));
    const char *version = strchr(wrt_json_get_text(start, "program", ""), ' ');
    if (version != NULL)
        wrt_json_set_text(program, "softwareVersion", version + 1);
    if (wrt_json_get_text(start, "program_sha256", NULL) != NULL)
        wrt_json_set_text(program, "sha256", wrt_json_get_text(start, "program_sha256", NULL));
}

static void add_parameter(wrt_crate *crate, const char *id, const char *name, const char *type,
                          const char *example) {
    wrt_json *parameter = wrt_crate_add(crate, id, "FormalParameter", name);
    wrt_json_set_text(parameter, "additionalType", type);
    wrt_json_set(parameter, "workExample", wrt_crate_ref(example));
}

static void add_inputs(wrt_crate *crate) {
    char seed[32];
    wrt_json *question = wrt_crate_add(crate, "#question", "PropertyValue", "question");
    wrt_json_set_text(question, "value", wrt_json_get_text(crate->view->start, "question", ""));
    wrt_json *value = wrt_crate_add(crate, "#seed", "PropertyValue", "seed");
    snprintf(seed, sizeof seed, "%lld", (long long)wrt_json_get_int(crate->view->start, "seed", 0));
    wrt_json_set_text(value, "value", seed);
    if (crate->plan == NULL)
        return;
    wrt_json_set(question, "exampleOfWork", wrt_crate_ref("#question-parameter"));
    wrt_json_set(value, "exampleOfWork", wrt_crate_ref("#seed-parameter"));
    add_parameter(crate, "#question-parameter", "question", "Text", "#question");
    add_parameter(crate, "#seed-parameter", "seed", "Integer", "#seed");
}

/* Turns the file of the plan into the workflow. */
static void describe_plan(wrt_crate *crate, wrt_json *entity) {
    static const char *const types[] = {"File", "SoftwareSourceCode", "ComputationalWorkflow",
                                        "HowTo"};
    char name[WRT_CRATE_ID_MAX];
    wrt_json *list = wrt_json_new_array();
    for (size_t i = 0; i < sizeof types / sizeof *types; i++)
        wrt_json_push_text(list, types[i]);
    wrt_json_set(entity, "@type", list);
    snprintf(name, sizeof name, "plan of the protocol %.60s",
             wrt_json_get_text(crate->plan, "protocol", "?"));
    wrt_json_set_text(entity, "name", name);
    wrt_json_set_text(entity, "version", wrt_json_get_text(crate->plan, "schema", "?"));
    wrt_json_set(entity, "programmingLanguage", wrt_crate_ref("#plan-language"));
    wrt_json_set(entity, "creator", wrt_crate_ref(WRT_CRATE_PROGRAM));
    wrt_crate_push_ref(entity, "input", "#question-parameter");
    wrt_crate_push_ref(entity, "input", "#seed-parameter");
    wrt_json *language =
        wrt_crate_add(crate, "#plan-language", "ComputerLanguage", "plan of a protocol of warrant");
    wrt_json_set_text(language, "identifier",
                      wrt_json_get_text(crate->plan, "schema", "warrant/plan/1"));
}

static const wrt_json *last_event(const wrt_json *events) {
    const wrt_json *last = NULL;
    WRT_JSON_EACH(event, events)
    last = event;
    return last;
}

static void add_run(wrt_crate *crate) {
    static const char *const made[] = {"events.jsonl", "claims.jsonl", "report.html", "prov.json"};
    const wrt_run_view *view = crate->view;
    char name[WRT_CRATE_ID_MAX];
    const char *outcome = wrt_json_get_text(view->finish, "outcome", "open");
    snprintf(name, sizeof name, "run %.60s", view->run);
    wrt_json *action = wrt_crate_add(crate, WRT_CRATE_RUN, "CreateAction", name);
    wrt_json_set_text(action, "description", "a question answered by following the plan");
    wrt_json_set(action, "instrument",
                 wrt_crate_ref(crate->plan != NULL ? WRT_CRATE_PLAN : WRT_CRATE_PROGRAM));
    wrt_json_set(action, "agent", wrt_crate_ref(WRT_CRATE_ASKER));
    wrt_crate_push_ref(action, "object", "#question");
    wrt_crate_push_ref(action, "object", "#seed");
    if (wrt_crate_has_file(crate, "policy/policy.json"))
        wrt_crate_push_ref(action, "object", "policy/policy.json");
    for (size_t i = 0; i < sizeof made / sizeof *made; i++)
        if (wrt_crate_has_file(crate, made[i]))
            wrt_crate_push_ref(action, "result", made[i]);
    wrt_crate_set_times(action, view->first, last_event(view->events));
    bool failed = view->finish == NULL || strcmp(outcome, "failed") == 0;
    wrt_crate_set_status(action, !failed, wrt_json_get_text(view->answer, "reason", outcome));
    wrt_json_push_text(crate->mentions, WRT_CRATE_RUN);
}

/* ---- licences and citations: what the cited records state */

static int compare_texts(const void *a, const void *b) {
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* The distinct texts of an array of texts, sorted, joined. */
static void join_distinct(wrt_buf *out, const wrt_json *texts, const char *between) {
    size_t n = wrt_json_count(texts), k = 0;
    const char **list = wrt_calloc(n + 1, sizeof *list);
    WRT_JSON_EACH(text, texts)
    list[k++] = wrt_json_text(text);
    qsort(list, k, sizeof *list, compare_texts);
    for (size_t i = 0; i < k; i++)
        if (i == 0 || strcmp(list[i], list[i - 1]) != 0)
            wrt_buf_printf(out, "%s%s", i > 0 ? between : "", list[i]);
    free(list);
}

static void add_license(wrt_crate *crate, wrt_json *root) {
    wrt_json *found = wrt_json_new_array();
    wrt_buf text = wrt_buf_make(WRT_KIB(64));
    WRT_JSON_EACH(item, wrt_json_get(crate->view->answer, "evidence")) {
        const char *license = wrt_json_get_text(wrt_json_get(item, "source"), "license", NULL);
        if (license != NULL)
            wrt_json_push_text(found, license);
    }
    if (wrt_json_count(found) > 0) {
        wrt_buf_add_c(&text, "as the cited records state: ");
        join_distinct(&text, found, "; ");
    } else {
        wrt_buf_add_c(&text, "not stated by what the run used");
    }
    wrt_json *entity = wrt_crate_add(crate, "#license", "CreativeWork", NULL);
    wrt_json_set(entity, "name", wrt_json_new_text(wrt_buf_str(&text)));
    wrt_json_set_text(entity, "description",
                      "licences of the records of other sources that this run quotes or cites");
    wrt_json_set(root, "license", wrt_crate_ref("#license"));
    wrt_json_free(found);
    wrt_buf_free(&text);
}

/* ---- the root */

static void add_profile(wrt_crate *crate, wrt_json *root, const char *uri, const char *name) {
    wrt_json *profile = wrt_crate_add(crate, uri, "CreativeWork", name);
    wrt_json_set_text(profile, "version", strrchr(uri, '/') + 1);
    wrt_crate_push_ref(root, "conformsTo", uri);
}

static void add_profiles(wrt_crate *crate, wrt_json *root) {
    add_profile(crate, root, "https://w3id.org/ro/wfrun/process/0.5", "Process Run Crate");
    if (crate->plan == NULL)
        return;
    add_profile(crate, root, "https://w3id.org/ro/wfrun/workflow/0.5", "Workflow Run Crate");
    if (crate->has_steps)
        add_profile(crate, root, "https://w3id.org/ro/wfrun/provenance/0.5",
                    "Provenance Run Crate");
    add_profile(crate, root, "https://w3id.org/workflowhub/workflow-ro-crate/1.0",
                "Workflow RO-Crate");
}

static void add_root(wrt_crate *crate) {
    char name[WRT_CRATE_ID_MAX];
    wrt_json *about = wrt_crate_add(crate, "ro-crate-metadata.json", "CreativeWork", NULL);
    wrt_json_set(about, "about", wrt_crate_ref("./"));
    wrt_crate_push_ref(about, "conformsTo", "https://w3id.org/ro/crate/1.1");
    if (crate->plan != NULL)
        wrt_crate_push_ref(about, "conformsTo",
                           "https://w3id.org/workflowhub/workflow-ro-crate/1.0");
    snprintf(name, sizeof name, "bundle of run %.60s", crate->view->run);
    wrt_json *root = wrt_crate_add(crate, "./", "Dataset", name);
    wrt_json_set_text(root, "description",
                      "A question to a causal agent, with everything that it read, decided, "
                      "called and claimed; VERIFY.md says how to check it.");
    char time[32];
    if (time_of(time, last_event(crate->view->events)))
        wrt_json_set_text(root, "datePublished", time);
    wrt_json_set(root, "author", wrt_crate_ref(WRT_CRATE_ASKER));
    wrt_json_set(root, "creator", wrt_crate_ref(WRT_CRATE_PROGRAM));
    add_profiles(crate, root);
    add_license(crate, root);
    if (crate->plan != NULL)
        wrt_json_set(root, "mainEntity", wrt_crate_ref(WRT_CRATE_PLAN));
    WRT_JSON_EACH(part, crate->parts)
    wrt_crate_push_ref(root, "hasPart", wrt_json_text(part));
    WRT_JSON_EACH(action, crate->mentions)
    wrt_crate_push_ref(root, "mentions", wrt_json_text(action));
}

static wrt_json *context(void) {
    wrt_json *list = wrt_json_new_array(), *ours = wrt_json_new_object();
    wrt_json_push_text(list, "https://w3id.org/ro/crate/1.1/context");
    wrt_json_set_text(ours, "sha256", "https://w3id.org/ro/terms/workflow-run#sha256");
    wrt_json_push(list, ours);
    return list;
}

static const wrt_json *plan_of(const wrt_json *events) {
    const wrt_json *plan = NULL;
    WRT_JSON_EACH(event, events)
    if (strcmp(wrt_json_get_text(event, "type", ""), "plan") == 0)
        plan = wrt_json_get(event, "body");
    return plan;
}

wrt_status wrt_report_plan(wrt_json **out, const wrt_json *events, wrt_err *err) {
    const wrt_json *plan = plan_of(events);
    *out = NULL;
    if (plan == NULL)
        return wrt_fail(err, WRT_E_NOT_FOUND, "the run came to no plan");
    *out = wrt_json_copy(plan);
    return WRT_OK;
}

wrt_status wrt_report_crate(wrt_json **out, const wrt_json *events, const wrt_json *files,
                            wrt_err *err) {
    wrt_run_view view;
    *out = NULL;
    wrt_status status = wrt_run_view_make(&view, events, err);
    if (status != WRT_OK)
        return status;
    wrt_crate crate = {.view = &view,
                       .files = files,
                       .graph = wrt_json_new_array(),
                       .parts = wrt_json_new_array(),
                       .mentions = wrt_json_new_array(),
                       .blobs = wrt_json_new_object()};
    if (wrt_crate_has_file(&crate, WRT_CRATE_PLAN))
        crate.plan = plan_of(events);
    note_blobs(&crate);
    wrt_json *plan = add_files(&crate);
    add_agents(&crate);
    add_inputs(&crate);
    if (crate.plan != NULL)
        describe_plan(&crate, plan);
    add_run(&crate);
    wrt_crate_add_steps(&crate, crate.plan != NULL ? plan : NULL);
    add_root(&crate);
    wrt_json_free(crate.blobs);
    wrt_json_free(crate.parts);
    wrt_json_free(crate.mentions);
    *out = wrt_json_new_object();
    wrt_json_set(*out, "@context", context());
    wrt_json_set(*out, "@graph", crate.graph);
    return WRT_OK;
}
