/* cmd_scm_make.c: warrant scm compile | import | simulate: what makes files from a model. */
#include "cli/commands.h"
#include "cli/scm_args.h"
#include "scm/ask/population.h"
#include "scm/ask/reply.h"
#include "scm/formats/bif.h"

#include <errno.h>
#include <string.h>

/* ---- documents */

static wrt_status read_form(bool *is_bif, const wrt_cli_call *call, wrt_err *err) {
    const char *form = wrt_cli_value(call, "format");
    *is_bif = form != NULL && strcmp(form, "bif") == 0;
    return form == NULL || *is_bif || strcmp(form, "json") == 0
               ? WRT_OK
               : wrt_fail(err, WRT_E_INPUT, "--format takes json or bif");
}

static wrt_status write_document(const wrt_cli_call *call, const wrt_scm *scm, bool is_bif,
                                 wrt_err *err) {
    wrt_buf text = wrt_buf_make(WRT_MIB(512));
    wrt_json *document = is_bif ? NULL : wrt_scm_to_json(scm);
    wrt_status status = is_bif ? wrt_scm_write_bif(&text, scm, err) : WRT_OK;
    if (status == WRT_OK && !is_bif) {
        wrt_json_write_pretty(&text, document);
        wrt_buf_add_char(&text, '\n');
    }
    if (status == WRT_OK && text.overflow)
        status = wrt_fail(err, WRT_E_LIMIT, "the model takes more than 512 MiB");
    if (status == WRT_OK && !call->globals->json)
        fputs(wrt_buf_str(&text).ptr, call->out);
    wrt_json_free(document);
    wrt_buf_free(&text);
    return status;
}

static wrt_status run_compile(wrt_cli_result *result, const wrt_cli_call *call, wrt_err *err) {
    wrt_cli_scm scm;
    wrt_scm *compiled = NULL;
    bool is_bif = false;
    wrt_status status = wrt_cli_scm_load(&scm, call, err);
    if (status == WRT_OK)
        status = read_form(&is_bif, call, err);
    if (status == WRT_OK)
        status = wrt_cli_scm_open(&scm, call, err);
    if (status == WRT_OK)
        status = wrt_scm_reply_compile(&result->data, &compiled, &scm.source, err);
    if (status == WRT_OK)
        status = write_document(call, compiled, is_bif, err);
    if (status == WRT_OK && !call->globals->quiet)
        wrt_cli_scm_print(stderr, call, result->data);
    wrt_scm_free(compiled);
    wrt_cli_scm_close(&scm);
    return status;
}

static wrt_status run_import(wrt_cli_result *result, const wrt_cli_call *call, wrt_err *err) {
    wrt_cli_scm scm;
    bool is_bif = false;
    wrt_status status = wrt_cli_scm_load(&scm, call, err);
    if (status == WRT_OK)
        status = read_form(&is_bif, call, err);
    if (status == WRT_OK)
        status = write_document(call, scm.scm, is_bif, err);
    if (status == WRT_OK) {
        result->data = wrt_scm_describe(scm.scm);
        wrt_json_set(result->data, "notes", wrt_json_copy(scm.notes));
        wrt_json_set(result->data, "document", wrt_scm_to_json(scm.scm));
        if (wrt_scm_is_model_implied(scm.scm))
            wrt_json_set_text(result->data, "label", WRT_SCM_LABEL);
    }
    wrt_cli_scm_close(&scm);
    return status;
}

static const wrt_cli_option compile_options[] = {
    WRT_CLI_SCM_FILE,
    {"format", 0, "F", "json (default) or bif"},
    {"units", 'n', "N", "of the sampling that the cost is compared with"},
    WRT_CLI_SCM_WORDING,
    {0},
};

const wrt_cli_command wrt_cmd_scm_compile = {
    .path = "scm compile",
    .operands = "[FILE]",
    .summary = "ask for every row of a model and write it as tables, and say what that costs",
    .details = "The document goes to standard output (or -o FILE), the cost to standard error. "
               "Tables that a language model gave keep that as their origin.\n",
    .examples = "  warrant scm compile --scm m.scm.json -o tables.scm.json\n",
    .options = compile_options,
    .max_operands = 1,
    .run = run_compile,
};

static const wrt_cli_option import_options[] = {
    WRT_CLI_SCM_FILE,
    {"format", 0, "F", "json (default) or bif"},
    {0},
};

const wrt_cli_command wrt_cmd_scm_import = {
    .path = "scm import",
    .operands = "[FILE]",
    .summary = "a model from BIF or the SD-SCM authors' JSON, written as *.scm.json or BIF",
    .examples = "  warrant scm import asia.bif -o asia.scm.json\n",
    .options = import_options,
    .max_operands = 1,
    .run = run_import,
};

/* ---- populations */

static wrt_status write_piece(void *ctx, wrt_str piece, wrt_err *err) {
    return fwrite(piece.ptr, 1, piece.len, ctx) == piece.len
               ? WRT_OK
               : wrt_fail(err, WRT_E_FAILED, "the table could not be written: %s", strerror(errno));
}

static wrt_status open_sink(wrt_scm_sink *out, FILE **file, const wrt_cli_call *call,
                            wrt_err *err) {
    const char *path = wrt_cli_value(call, "table"), *form = wrt_cli_value(call, "format");
    *out = (wrt_scm_sink){.form = WRT_SCM_CSV, .write = write_piece, .ctx = call->out};
    if (form != NULL && strcmp(form, "jsonl") == 0)
        out->form = WRT_SCM_JSONL;
    else if (form != NULL && strcmp(form, "csv") != 0)
        return wrt_fail(err, WRT_E_INPUT, "--format takes csv or jsonl");
    if (path == NULL && call->globals->json)
        return wrt_fail(err, WRT_E_INPUT, "with --json the table needs a place: --table FILE");
    if (path == NULL)
        return WRT_OK;
    *file = fopen(path, "wbe");
    if (*file == NULL)
        return wrt_fail(err, WRT_E_INPUT, "--table: %s", strerror(errno));
    out->ctx = *file;
    return WRT_OK;
}

static wrt_status run_simulate(wrt_cli_result *result, const wrt_cli_call *call, wrt_err *err) {
    wrt_cli_scm scm;
    wrt_scm_sink sink;
    FILE *file = NULL;
    wrt_status status = wrt_cli_scm_load(&scm, call, err);
    if (status == WRT_OK)
        status = wrt_cli_scm_open(&scm, call, err);
    if (status == WRT_OK)
        status = open_sink(&sink, &file, call, err);
    if (status == WRT_OK)
        status = wrt_scm_reply_simulate(&result->data, &scm.source, &sink, err);
    if (file != NULL && fclose(file) != 0 && status == WRT_OK)
        status = wrt_fail(err, WRT_E_FAILED, "--table: %s", strerror(errno));
    if (status == WRT_OK && !call->globals->quiet)
        wrt_cli_scm_print(file != NULL ? call->out : stderr, call, result->data);
    wrt_cli_scm_close(&scm);
    return status;
}

static const wrt_cli_option simulate_options[] = {
    WRT_CLI_SCM_FILE,
    {"units", 'n', "N", "how many; by default as many as the cost allows"},
    {"treatment", 0, "NAME", "by default the one that the model names"},
    {"outcome", 0, "NAME", "by default the one that the model names"},
    {"contrast", 0, "A,B", "of the report; by default the last value against the first"},
    {"coupling", 0, "C", "gumbel (default), invcdf or independent"},
    {"table", 0, "FILE", "where the table goes; else standard output, the report to the other"},
    {"format", 0, "F", "csv (default) or jsonl"},
    {"shard", 0, "I/K", "part I of K; the parts one after the other are the table"},
    {"family", 0, "N", "as many phrasings, drawn by the seed (with --phrasing seed)"},
    {"seeds", 0, "N", "populations of each phrasing"},
    {"hidden", 0, NULL, "write the hidden variables too"},
    WRT_CLI_SCM_DO,
    WRT_CLI_SCM_GIVEN,
    WRT_CLI_SCM_WORDING,
    {0},
};

const wrt_cli_command wrt_cmd_scm_simulate = {
    .path = "scm simulate",
    .operands = "[FILE]",
    .summary = "units of a model with all their potential outcomes and true propensities",
    .details = "Columns: unit, the variables, OUTCOME[TREATMENT=value], p[TREATMENT=value], and "
               "for a family phrasing and seed. The report has the true effect and its three "
               "layers of uncertainty: by sample, by phrasing, by language model.\n",
    .examples =
        "  warrant scm simulate --scm m.scm.json -n 1000 --table units.csv\n"
        "  warrant estimate --data units.csv --treatment dose --outcome relapse --adjust age\n",
    .options = simulate_options,
    .max_operands = 1,
    .run = run_simulate,
};
