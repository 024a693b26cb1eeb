/* clause.c: cells of a sentence. */
#include "agent/literature/clause.h"

#include "policies/gate_cues.h"

#include <string.h>

static bool opens(const wrt_token *token) {
    return token->kind == WRT_TOKEN_MARK && (token->word[0] == '(' || token->word[0] == '[');
}

static bool closes(const wrt_token *token) {
    return token->kind == WRT_TOKEN_MARK && (token->word[0] == ')' || token->word[0] == ']');
}

static wrt_cell cell_of(const wrt_token *token) {
    wrt_cell cell = {.is_joined = token->is_joined, .word = token->word};
    if (token->kind == WRT_TOKEN_NUMBER)
        cell.word = "";
    cell.kind = token->kind == WRT_TOKEN_NUMBER ? WRT_CELL_NUMBER
                : token->kind == WRT_TOKEN_MARK ? WRT_CELL_MARK
                                                : WRT_CELL_WORD;
    if (cell.kind == WRT_CELL_WORD)
        cell.cue = wrt_reading_cue_of(cell.word);
    return cell;
}

static wrt_cell name_of(const wrt_sentence *sentence, wrt_mention where, wrt_cell_kind kind) {
    return (wrt_cell){.kind = kind,
                      .is_joined = sentence->tokens[where.start].is_joined,
                      .word = wrt_sentence_word(sentence, where.end - 1)};
}

void wrt_clause_of(wrt_clause *out, const wrt_sentence *sentence, const wrt_terms *treatment,
                   const wrt_terms *outcome) {
    size_t depth = 0;
    out->n = 0;
    for (size_t i = 0; i < sentence->n;) {
        wrt_mention a, b;
        const wrt_token *token = &sentence->tokens[i];
        if (opens(token) || closes(token) || depth > 0) {
            depth = opens(token) ? depth + 1 : closes(token) && depth > 0 ? depth - 1 : depth;
            i++;
            continue;
        }
        bool is_a = wrt_terms_at(&a, treatment, sentence, i);
        bool is_b = wrt_terms_at(&b, outcome, sentence, i);
        if (is_a && is_b)
            is_a = a.end > b.end;
        wrt_mention where = is_a ? a : is_b ? b : (wrt_mention){i, i + 1};
        out->cells[out->n++] = is_a   ? name_of(sentence, a, WRT_CELL_TREATMENT)
                               : is_b ? name_of(sentence, b, WRT_CELL_OUTCOME)
                                      : cell_of(token);
        i = where.end;
    }
}

const char *wrt_clause_word(const wrt_clause *clause, size_t i) {
    bool is_text = i < clause->n && clause->cells[i].kind != WRT_CELL_TREATMENT &&
                   clause->cells[i].kind != WRT_CELL_OUTCOME;
    return is_text ? clause->cells[i].word : "";
}

bool wrt_clause_in(const wrt_clause *clause, size_t i, wrt_reading_set set) {
    return wrt_reading_set_has(set, wrt_clause_word(clause, i));
}

bool wrt_clause_is(const wrt_clause *clause, size_t i, const char *list) {
    return wrt_word_in(wrt_clause_word(clause, i), list);
}

wrt_says wrt_clause_says(const wrt_clause *clause, size_t i) {
    return i < clause->n ? clause->cells[i].cue.says : WRT_SAYS_NOTHING;
}

bool wrt_clause_holds(const wrt_clause *clause, size_t from, size_t to, wrt_reading_set set) {
    for (size_t i = from; i < to; i++)
        if (wrt_clause_in(clause, i, set))
            return true;
    return false;
}

size_t wrt_clause_back(const wrt_clause *clause, size_t at, size_t most) {
    size_t from = at;
    while (from > 0 && at - from < most &&
           !wrt_clause_is(clause, from - 1, ", who whom whose which where when") &&
           !wrt_clause_in(clause, from - 1, WRT_SET_BREAK))
        from--;
    return from;
}

size_t wrt_clause_skip_adverbs(const wrt_clause *clause, size_t i) {
    while (wrt_cue_is_adverb(wrt_clause_word(clause, i)) || wrt_clause_is(clause, i, "also then"))
        i++;
    return i;
}

bool wrt_clause_is_negation(const wrt_clause *clause, size_t i) {
    return wrt_cue_is_negation(wrt_clause_word(clause, i)) ||
           wrt_clause_in(clause, i, WRT_SET_NEGATION);
}
