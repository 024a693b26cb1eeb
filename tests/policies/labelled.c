/* labelled.c: see labelled.h. */
#include "tests/policies/labelled.h"

#include "tests/policies/support.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FIELDS_MAX = 4, LINE_MAX_BYTES = 4096 };

size_t each_labelled(const char *name, size_t n_fields,
                     void (*visit)(char *const *fields, void *ctx), void *ctx) {
    char path[512], line[LINE_MAX_BYTES];
    size_t n = 0;
    (void)snprintf(path, sizeof path, "%s/tests/policies/%s", TEST_SOURCE_DIR, name);
    FILE *file = fopen(path, "rb");
    if (file == NULL)
        fail_msg("%s cannot be read", path);
    while (fgets(line, sizeof line, file) != NULL) {
        char *fields[FIELDS_MAX] = {line};
        line[strcspn(line, "\n")] = '\0';
        if (line[0] == '#')
            continue;
        for (size_t i = 1; i < n_fields; i++) {
            char *tab = strchr(fields[i - 1], '\t');
            if (tab == NULL)
                fail_msg("%s: '%s' has too few fields", name, line);
            *tab = '\0';
            fields[i] = tab + 1;
        }
        visit(fields, ctx);
        n++;
    }
    (void)fclose(file);
    return n;
}

void assert_published(const char *name, const char *table) {
    char path[512];
    wrt_buf text = wrt_buf_make(WRT_MIB(1));
    char block[4096];
    size_t got;
    (void)snprintf(path, sizeof path, "%s/policies/%s", TEST_SOURCE_DIR, name);
    FILE *file = fopen(path, "rb");
    if (file == NULL)
        fail_msg("%s cannot be read", path);
    while ((got = fread(block, 1, sizeof block, file)) > 0)
        wrt_buf_add(&text, block, got);
    (void)fclose(file);
    if (strstr(wrt_buf_str(&text).ptr, table) == NULL)
        fail_msg("policies/%s does not hold this table:\n%s", name, table);
    wrt_buf_free(&text);
}
