/* cmd_whatif.c: warrant whatif: what would have been, for one patient, by a model. */
#include "base/file.h"
#include "cli/commands.h"
#include "cli/scm_args.h"
#include "draw/whatif.h"
#include "scm/ask/patient.h"
#include "scm/ask/reply.h"

static wrt_status read_choice(wrt_scm_patient_choice *out, wrt_json **mapping,
                              const wrt_cli_call *call, wrt_err *err) {
    const char *map = wrt_cli_value(call, "map");
    wrt_buf text = wrt_buf_make(WRT_SCM_PATIENT_MAX);
    int64_t row = 0;
    wrt_status status = wrt_cli_int(&row, call, "row", 1, INT32_MAX, 0, err);
    if (status == WRT_OK && map != NULL)
        status = wrt_file_read(&text, map, WRT_SCM_PATIENT_MAX, err);
    if (status == WRT_OK && map != NULL)
        status = wrt_json_parse(mapping, wrt_buf_str(&text), err);
    if (status != WRT_OK && map != NULL)
        (void)wrt_err_prefix(err, "--map");
    *out = (wrt_scm_patient_choice){
        .row = (size_t)row, .id = wrt_cli_value(call, "id"), .mapping = *mapping};
    wrt_buf_free(&text);
    return status;
}

static void warn_unused(const wrt_cli_call *call, const wrt_json *unused) {
    WRT_JSON_EACH(name, unused) {
        wrt_buf text = wrt_buf_make(WRT_MIB(1));
        wrt_buf_printf(&text, "the patient's column \"%s\" is no variable of the model",
                       wrt_json_text(name));
        wrt_json_push_text(call->warnings, wrt_buf_str(&text).ptr);
        wrt_buf_free(&text);
    }
}

/* --patient becomes the evidence. */
static wrt_status read_patient(wrt_json **out, wrt_cli_scm *scm, const wrt_cli_call *call,
                               wrt_err *err) {
    const char *path = wrt_cli_value(call, "patient");
    wrt_scm_patient_choice choice;
    wrt_json *mapping = NULL, *unused = NULL;
    wrt_buf text = wrt_buf_make(WRT_SCM_PATIENT_MAX);
    if (path == NULL)
        return WRT_OK;
    if (scm->request.given != NULL)
        return wrt_fail(err, WRT_E_INPUT, "give --patient or --given, not both");
    wrt_status status = read_choice(&choice, &mapping, call, err);
    if (status == WRT_OK) {
        status = wrt_file_read(&text, path, WRT_SCM_PATIENT_MAX, err);
        if (status == WRT_OK)
            status = wrt_scm_patient_read(out, &unused, scm->scm, wrt_buf_str(&text), &choice, err);
        if (status != WRT_OK)
            (void)wrt_err_prefix(err, "--patient");
    }
    if (status == WRT_E_NOT_FOUND && err != NULL)
        status = err->code = WRT_E_INPUT; /* the file is not there */
    warn_unused(call, unused);
    scm->request.given = *out;
    wrt_json_free(unused);
    wrt_json_free(mapping);
    wrt_buf_free(&text);
    return status;
}

static wrt_status write_picture(const wrt_cli_call *call, const wrt_json *data, wrt_err *err) {
    const char *path = wrt_cli_value(call, "svg");
    wrt_buf text = wrt_buf_make(WRT_MIB(16));
    wrt_status status = WRT_OK;
    if (path != NULL) {
        wrt_whatif_svg(&text, data, (wrt_plot_caption){0});
        status = wrt_file_write(path, wrt_buf_str(&text), 0644, err);
    }
    wrt_buf_free(&text);
    return status;
}

static wrt_status run_whatif(wrt_cli_result *result, const wrt_cli_call *call, wrt_err *err) {
    wrt_cli_scm scm;
    wrt_json *patient = NULL;
    wrt_status status = wrt_cli_scm_load(&scm, call, err);
    if (status == WRT_OK)
        status = read_patient(&patient, &scm, call, err);
    if (status == WRT_OK)
        status = wrt_cli_scm_open(&scm, call, err);
    if (status == WRT_OK)
        status = wrt_scm_reply_whatif(&result->data, &scm.source, err);
    if (status == WRT_OK)
        status = write_picture(call, result->data, err);
    if (status == WRT_OK)
        wrt_cli_scm_print(call->out, call, result->data);
    wrt_cli_scm_close(&scm);
    wrt_json_free(patient);
    return status;
}

static const wrt_cli_option whatif_options[] = {
    WRT_CLI_SCM_FILE,
    {"patient", 0, "FILE", "what is seen: JSON {variable: value}, a CSV row, or a FHIR R4 Bundle"},
    {"row", 0, "N", "the patient's row of a CSV"},
    {"id", 0, "ID", "or the value of its first column"},
    {"map", 0, "FILE", "for FHIR: JSON {\"Resource.element\": variable}"},
    WRT_CLI_SCM_GIVEN,
    WRT_CLI_SCM_DO,
    {"outcome", 0, "NAME", "the variable asked about; by default the one that the model names"},
    {"coupling", 0, "C", "gumbel (default), invcdf or independent"},
    WRT_CLI_SCM_SAMPLING,
    {"svg", 0, "FILE", "a picture"},
    WRT_CLI_SCM_WORDING,
    {0},
};

const wrt_cli_command wrt_cmd_whatif = {
    .path = "whatif",
    .operands = "",
    .summary = "what would have been for one patient, by a structural causal model",
    .details = "Abduction, action, prediction: the outcome as it was and as it would have been, "
               "with bounds over every coupling of the two worlds, and a warning where the model "
               "has no support for the question. What a language model gave any part of is "
               "model-implied, not evidence, and every line says so.\n",
    .examples = "  warrant whatif --scm m.scm.json --patient p.json --do dose=halved \\\n"
                "      --outcome relapse --svg whatif.svg\n",
    .options = whatif_options,
    .run = run_whatif,
};
