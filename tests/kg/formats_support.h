/* formats_support.h: what the tests of readers share: cmocka, a recorder over a text. */
#ifndef TESTS_KG_FORMATS_SUPPORT_H
#define TESTS_KG_FORMATS_SUPPORT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/buf.h"
#include "tests/kg/recorder.h"

/* Fails the test unless the text is read; format NULL is guessed. */
static inline recorder *read_ok(const char *format, const char *text) {
    recorder *rec = recorder_new(true);
    wrt_err err = {.code = WRT_OK};
    if (recorder_read_text(rec, format, wrt_str_of(text), NULL, &err) != WRT_OK)
        fail_msg("%s", err.message);
    return rec;
}

/* Fails the test unless reading ends with WRT_E_INPUT and this part in the message. */
static inline void expect_refused(const char *format, wrt_str text,
                                  const wrt_kg_format_options *options, const char *part) {
    recorder *rec = recorder_new(true);
    wrt_err err = {.code = WRT_OK};
    assert_int_equal(recorder_read_text(rec, format, text, options, &err), WRT_E_INPUT);
    if (strstr(err.message, part) == NULL)
        fail_msg("\"%s\" does not hold \"%s\"", err.message, part);
    recorder_free(rec);
}

#endif
