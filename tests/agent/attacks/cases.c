/* cases.c: reading the rows of tests/attacks/attacks.tsv that are attacks on the host. */
#include "cases.h"

#include "base/arena.h"
#include "base/file.h"
#include "base/str.h"

#include <stdlib.h>
#include <string.h>

enum { COLUMNS = 7, CASES_MAX = 1000 };
enum { RUNNER, ID, CLASS, ATTACK, EXPECTED, TWIN, NEEDS };

attack_case attack_cases[CASES_MAX];
size_t n_attack_cases;

static char *copy(wrt_str text) {
    char *out = wrt_calloc(1, text.len + 1);
    memcpy(out, text.ptr, text.len);
    return out;
}

/* "refused", "refused: EBADF|EINVAL", "ended: tool_timeout", "argument: outside" */
static bool read_outcome(attack_case *out, wrt_str text) {
    static const char *const words[] = {"refused", "ended", "harmless", "argument"};
    wrt_str word, rest = text;
    wrt_str_cut(&word, &rest, ':');
    rest = wrt_str_trim(rest);
    out->expected = rest.len > 0 ? copy(rest) : NULL;
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        out->outcome = (attack_outcome)i;
        if (wrt_str_equal_c(word, words[i]))
            return true;
    }
    return false;
}

static bool read_needs(attack_case *out, wrt_str text) {
    static const char *const words[] = {"landlock", "no_sanitizer", "haste"};
    wrt_str word, rest = text;
    out->needs = 0;
    while (rest.len > 0 && wrt_str_cut(&word, &rest, '|')) {
        size_t i = 0;
        while (i < sizeof words / sizeof *words && !wrt_str_equal_c(word, words[i]))
            i++;
        if (i == sizeof words / sizeof *words)
            return false;
        out->needs |= 1 << i;
    }
    return true;
}

static bool read_row(wrt_str line) {
    wrt_str columns[COLUMNS] = {{0}}, rest = line;
    size_t n = 0;
    while (n < COLUMNS && wrt_str_cut(&columns[n], &rest, '\t'))
        n++;
    if (!wrt_str_equal_c(columns[RUNNER], "host"))
        return true;
    attack_case *out = &attack_cases[n_attack_cases];
    if (n < NEEDS || n_attack_cases == CASES_MAX || !read_outcome(out, columns[EXPECTED]) ||
        !read_needs(out, columns[NEEDS]))
        return false;
    out->id = copy(columns[ID]);
    out->attack = copy(columns[ATTACK]);
    out->twin = copy(columns[TWIN]);
    n_attack_cases++;
    return true;
}

bool attack_cases_load(const char *path) {
    wrt_buf text = wrt_buf_make(WRT_MIB(1));
    bool is_good = wrt_file_read(&text, path, WRT_MIB(1), NULL) == WRT_OK;
    wrt_str line, rest = wrt_buf_str(&text);
    n_attack_cases = 0;
    while (is_good && wrt_str_cut(&line, &rest, '\n'))
        is_good = read_row(line);
    wrt_buf_free(&text);
    return is_good;
}

void attack_cases_free(void) {
    for (size_t i = 0; i < n_attack_cases; i++) {
        free((char *)attack_cases[i].id);
        free((char *)attack_cases[i].attack);
        free((char *)attack_cases[i].expected);
        free((char *)attack_cases[i].twin);
    }
    n_attack_cases = 0;
}
