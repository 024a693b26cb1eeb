/* lab_convert.c: a Warrant tool in 40 lines: blood glucose from mg/dL to mmol/L or back.
 * 1 mmol of glucose, C6H12O6, weighs 180.156 mg and 1 L is 10 dL. */
#include <stdio.h>
#include <string.h>
#include <warrant/plugin.h>

static int run(const wrt_host *host, const char *args, size_t len, const char **result) {
    const double mg_dl_per_mmol_l = 180.156 / 10;
    double value = 0;
    const char *from = "";
    char *text = host->alloc(host->ctx, 200);
    (void)args, (void)len;
    if (text == NULL || !host->arg_number(host->ctx, "value", &value) ||
        !host->arg_text(host->ctx, "from", &from))
        return 1; /* reported as an error of the tool */
    int is_mass = strcmp(from, "mg/dL") == 0;
    snprintf(text, 200, "{\"status\":\"ok\",\"data\":{\"value\":%.10g,\"unit\":\"%s\"}}",
             is_mass ? value / mg_dl_per_mmol_l : value * mg_dl_per_mmol_l,
             is_mass ? "mmol/L" : "mg/dL");
    *result = text;
    return 0;
}

static const wrt_tool tool = {
    .struct_size = sizeof(wrt_tool),
    .flags = WRT_TOOL_DETERMINISTIC,
    .name = "lab_convert",
    .summary = "Converts a glucose concentration between mg/dL and mmol/L.",
    .args_schema =
        "{\"type\":\"object\",\"required\":[\"value\",\"from\"],\"additionalProperties\":false,"
        "\"properties\":{\"value\":{\"type\":\"number\",\"minimum\":0,\"maximum\":100000},"
        "\"from\":{\"enum\":[\"mg/dL\",\"mmol/L\"]}}}",
    .data_schema = "{\"type\":\"object\",\"required\":[\"value\",\"unit\"],\"properties\":{"
                   "\"value\":{\"type\":\"number\"},\"unit\":{\"enum\":[\"mg/dL\",\"mmol/L\"]}}}",
    .run = run};

const wrt_plugin *wrt_plugin_entry(void) {
    static const wrt_tool *const tools[] = {&tool};
    static const wrt_plugin plugin = {WRT_PLUGIN_MAGIC,
                                      sizeof plugin,
                                      WRT_PLUGIN_ABI_MAJOR,
                                      WRT_PLUGIN_ABI_MINOR,
                                      "lab",
                                      "0.1.0",
                                      "Apache-2.0",
                                      1,
                                      tools};
    return &plugin;
}
