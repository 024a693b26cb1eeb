/* Tests of examples/plugin: 90 mg/dL of glucose are 90 / 18.0156 = 4.995670... mmol/L. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "tool_call.h"

static void lab_convert_uses_molar_mass_of_glucose(void **state) {
    tool_bench bench = tool_bench_open(TEST_PLUGIN, NULL);
    (void)state;
    wrt_json *result = tool_call(&bench, "lab_convert", "{'value':90,'from':'mg/dL'}");
    assert_true(fabs(wrt_json_number(wrt_json_path(result, "data.value"), 0) - 4.99567042) < 1e-8);
    assert_string_equal(wrt_json_text(wrt_json_path(result, "data.unit")), "mmol/L");
    wrt_json_free(result);
    assert_tool_gives(&bench, "lab_convert", "{'value':5,'from':'mmol/L'}", "data",
                      "{'value':90.078,'unit':'mg/dL'}");
    tool_bench_close(&bench);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lab_convert_uses_molar_mass_of_glucose),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
