/* derived.c: the makers of the files that a bundle holds for its readers. */
#include "report/derived.h"

#include "report/export.h"
#include "report/report.h"

/* Consumes the document, which may be NULL. */
static void write_document(wrt_buf *out, wrt_json *document) {
    if (document != NULL) {
        wrt_json_write_pretty(out, document);
        wrt_buf_add_char(out, '\n');
    }
    wrt_json_free(document);
}

static wrt_status make_plan(wrt_buf *out, const wrt_derive_input *in, wrt_err *err) {
    wrt_json *plan = NULL;
    wrt_status status = wrt_report_plan(&plan, in->events, err);
    write_document(out, plan);
    return status;
}

static wrt_status get_blob(wrt_buf *out, const char *sha256_hex, void *ctx, wrt_err *err) {
    const wrt_derive_input *in = ctx;
    return wrt_audit_get_blob(out, in->source, sha256_hex, err);
}

static wrt_status make_page(wrt_buf *out, const wrt_derive_input *in, wrt_err *err) {
    wrt_derive_input copy = *in;
    const wrt_report_input input = {in->events, in->audit, {get_blob, &copy}};
    return wrt_report_html(out, &input, err);
}

static wrt_status make_prov(wrt_buf *out, const wrt_derive_input *in, wrt_err *err) {
    wrt_json *document = NULL;
    wrt_status status = wrt_report_prov(&document, in->events, err);
    write_document(out, document);
    return status;
}

static wrt_status make_crate(wrt_buf *out, const wrt_derive_input *in, wrt_err *err) {
    wrt_json *document = NULL;
    wrt_status status = wrt_report_crate(&document, in->events, in->files, err);
    write_document(out, document);
    return status;
}

static const wrt_derived_file files[] = {
    {"plan.json", make_plan},
    {"report.html", make_page},
    {"prov.json", make_prov},
    {"ro-crate-metadata.json", make_crate},
};

const wrt_derived_files wrt_report_derived = {
    .by = "warrant " WRT_VERSION,
    .item = files,
    .n = sizeof files / sizeof *files,
};
