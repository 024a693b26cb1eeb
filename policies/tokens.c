/* tokens.c: sentences and tokens of English text. */
#include "policies/tokens.h"

#include <string.h>

enum { ABBREVIATION_MAX = 8, OVERLAP = 32 /* tokens read again in the next part */ };

typedef struct {
    uint32_t code;
    size_t len;
} glyph;

/* One code point; a byte that begins none reads as U+FFFD of length 1. */
static glyph read_glyph(wrt_str text, size_t at) {
    unsigned char lead = (unsigned char)text.ptr[at];
    size_t len = lead < 0x80 ? 1 : lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : lead >= 0xC0 ? 2 : 0;
    if (len == 1)
        return (glyph){lead, 1};
    if (len == 0 || len > text.len - at)
        return (glyph){0xFFFD, 1};
    uint32_t code = lead & (0x7Fu >> len);
    for (size_t i = 1; i < len; i++) {
        unsigned char byte = (unsigned char)text.ptr[at + i];
        if ((byte & 0xC0) != 0x80)
            return (glyph){0xFFFD, 1};
        code = code << 6 | (byte & 0x3Fu);
    }
    return (glyph){code, len};
}

/* ---- kinds of characters */

static bool is_digit(uint32_t c) {
    return c >= '0' && c <= '9';
}

static bool is_lower(uint32_t c) {
    return c >= 'a' && c <= 'z';
}

static bool is_ascii_letter(uint32_t c) {
    return is_lower(c | 0x20);
}

static bool is_invisible(uint32_t c) {
    return c == 0xAD || c == 0x34F || (c >= 0x200B && c <= 0x200F) ||
           (c >= 0x202A && c <= 0x202E) || (c >= 0x2060 && c <= 0x2064) || c == 0xFEFF;
}

static bool is_space(uint32_t c) {
    return c == ' ' || (c >= '\t' && c <= '\r') || c == 0xA0 || c == 0x3000 || c == 0x1680 ||
           (c >= 0x2000 && c <= 0x200A) || c == 0x2028 || c == 0x2029 || c == 0x202F || c == 0x205F;
}

static uint32_t fold(uint32_t c) {
    if (c >= 0xFF21 && c <= 0xFF5A) /* full-width letters */
        c = c - 0xFF21 + 'A';
    if (c == 0x201C || c == 0x201D || c == 0x201E || c == 0xAB || c == 0xBB)
        return '"';
    if (c >= 0x2010 && c <= 0x2015)
        return '-';
    if (c == 0x2019 || c == 0x2018 || c == 0x02BC || c == 0xFF07)
        return '\'';
    return c >= 'A' && c <= 'Z' ? c + 32 : c;
}

/* The small Latin letter that a foreign one is taken for, else the letter itself; after the
 * confusables of Unicode Technical Standard 39, those of one letter that are in common fonts. */
static uint32_t look_of(uint32_t c) {
    static const struct {
        uint16_t code;
        char looks;
    } twins[] = {{0x430, 'a'}, {0x435, 'e'}, {0x43A, 'k'}, {0x43C, 'm'}, {0x43E, 'o'}, {0x440, 'p'},
                 {0x441, 'c'}, {0x442, 't'}, {0x443, 'y'}, {0x445, 'x'}, {0x455, 's'}, {0x456, 'i'},
                 {0x458, 'j'}, {0x475, 'v'}, {0x4BB, 'h'}, {0x4CF, 'l'}, {0x501, 'd'}, {0x51B, 'q'},
                 {0x51D, 'w'}, {0x410, 'a'}, {0x412, 'b'}, {0x415, 'e'}, {0x41A, 'k'}, {0x41C, 'm'},
                 {0x41D, 'h'}, {0x41E, 'o'}, {0x420, 'p'}, {0x421, 'c'}, {0x422, 't'}, {0x423, 'y'},
                 {0x425, 'x'}, {0x405, 's'}, {0x406, 'i'}, {0x408, 'j'}, {0x578, 'n'}, {0x57D, 'u'},
                 {0x585, 'o'}, {0x391, 'a'}, {0x392, 'b'}, {0x395, 'e'}, {0x396, 'z'}, {0x397, 'h'},
                 {0x399, 'i'}, {0x39A, 'k'}, {0x39C, 'm'}, {0x39D, 'n'}, {0x39F, 'o'}, {0x3A1, 'p'},
                 {0x3A4, 't'}, {0x3A5, 'y'}, {0x3A7, 'x'}, {0x3B9, 'i'}, {0x3BD, 'v'}, {0x3BF, 'o'},
                 {0x3C5, 'u'}};
    if (c < 0x80)
        return c;
    if (c >= 0x24B6 && c <= 0x24E9) /* circled: A to Z, a to z */
        return 'a' + (c - 0x24B6) % 26;
    if (c >= 0x1D400 && c < 0x1D6A4) /* mathematical: alphabets of A to Z, a to z */
        return 'a' + (c - 0x1D400) % 26;
    for (size_t i = 0; i < sizeof twins / sizeof *twins; i++)
        if (twins[i].code == c)
            return (uint32_t)twins[i].looks;
    return c;
}

static bool is_letter(uint32_t c) {
    return is_ascii_letter(fold(c)) || (c >= 0xC0 && c < 0x2000 && c != 0xD7 && c != 0xF7) ||
           (c >= 0x24B6 && c <= 0x24E9) || (c >= 0x2C00 && c < 0x2E00) ||
           (c >= 0x3040 && c < 0xFE00) || (c >= 0x10000 && c < 0x1F000);
}

/* Letters that stand in for Latin ones in no honest English word: Cyrillic, Armenian, Cherokee,
 * the circled and the mathematical alphabets. */
static bool is_foreign(uint32_t c) {
    return (c >= 0x400 && c < 0x590) || (c >= 0x13A0 && c < 0x1400) ||
           (c >= 0x24B6 && c <= 0x24E9) || (c >= 0xAB70 && c < 0xABC0) ||
           (c >= 0x1D400 && c < 0x1D800);
}

static bool is_greek(uint32_t c) {
    return c >= 0x370 && c < 0x400;
}

/* Greek capitals, iota, nu, omicron and upsilon look like Latin letters and are in no name of a
 * gene; the others ("TNFα", "NFκB", "IFNγ") count only between small Latin letters. */
static bool is_greek_twin(uint32_t c) {
    return (c >= 0x391 && c <= 0x3A9 && c != 0x393 && c != 0x394 && c != 0x398 && c != 0x39B &&
            c != 0x3A0 && c != 0x3A3 && c != 0x3A6 && c != 0x3A8 && c != 0x3A9) ||
           c == 0x3B9 || c == 0x3BD || c == 0x3BF || c == 0x3C5;
}

/* ---- quotations */

static uint32_t closing_of(uint32_t c) {
    return c == '"' ? '"' : c == 0x201C || c == 0x201E ? 0x201D : c == 0xAB ? 0xBB : 0;
}

static bool is_blank_line(wrt_str text, size_t at) {
    if (text.ptr[at] != '\n')
        return false;
    for (at++; at < text.len && (text.ptr[at] == ' ' || text.ptr[at] == '\t'); at++)
        ;
    return at < text.len && text.ptr[at] == '\n';
}

/* Where the quotation that opens at `at` ends (behind its closing mark); 0 when it is none. */
static size_t quotation_end(wrt_str text, size_t at) {
    glyph open = read_glyph(text, at);
    uint32_t closing = closing_of(open.code);
    int words = 0;
    bool in_word = false;
    size_t end = text.len - at > WRT_QUOTE_MAX ? at + WRT_QUOTE_MAX : text.len;
    if (closing == 0)
        return 0;
    for (size_t i = at + open.len; i < end;) {
        glyph next = read_glyph(text, i);
        if (next.code == closing)
            return words >= 3 ? i + next.len : 0;
        if (is_blank_line(text, i) || closing_of(next.code) > '"')
            return 0; /* a paragraph ends, or another quotation opens */
        bool now = !is_space(next.code);
        words += now && !in_word;
        in_word = now;
        i += next.len;
    }
    return 0;
}

/* ---- ends of sentences */

static bool ends_with_abbreviation(wrt_str before) {
    static const char *const known[] = {"e.g", "i.e", "al", "vs",     "fig",  "dr", "mr",
                                        "mrs", "ms",  "cf", "approx", "resp", "no", "ref"};
    size_t from = before.len;
    while (from > 0 && before.len - from < ABBREVIATION_MAX &&
           (is_ascii_letter((unsigned char)before.ptr[from - 1]) || before.ptr[from - 1] == '.'))
        from--;
    size_t len = before.len - from;
    if (len == 1 && before.ptr[from] >= 'A' && before.ptr[from] <= 'Z')
        return true;
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (strlen(known[i]) == len && strncasecmp(before.ptr + from, known[i], len) == 0)
            return true;
    return false;
}

/* White space and then a capital, a digit, a mark or the end: a new sentence may begin. */
static bool begins_anew(wrt_str text, size_t at) {
    size_t i = at;
    while (i < text.len &&
           (strchr(")]\"'*_", text.ptr[i]) != NULL || (unsigned char)text.ptr[i] >= 0x80) &&
           text.ptr[i] != '\0') {
        glyph next = read_glyph(text, i);
        if (is_space(next.code) || (next.code >= 0x80 && next.code != 0x201D && next.code != 0xBB))
            break;
        i += next.len;
    }
    size_t spaces = i;
    while (i < text.len && is_space(read_glyph(text, i).code))
        i += read_glyph(text, i).len;
    return i == text.len || (i > spaces && !is_lower((unsigned char)text.ptr[i]));
}

static bool begins_item(wrt_str text, size_t at) {
    size_t i = at + 1;
    if (text.ptr[at] != '\n')
        return false;
    while (i < text.len && (text.ptr[i] == ' ' || text.ptr[i] == '\t'))
        i++;
    if (i + 1 < text.len && strchr("-*+", text.ptr[i]) != NULL && text.ptr[i] != '\0')
        return text.ptr[i + 1] == ' ';
    size_t digits = i;
    while (i < text.len && is_digit((unsigned char)text.ptr[i]))
        i++;
    return i > digits && i + 1 < text.len && (text.ptr[i] == '.' || text.ptr[i] == ')') &&
           text.ptr[i + 1] == ' ';
}

/* Is the byte at `at` the last one of the sentence that began at 0? */
static bool ends_sentence(wrt_str text, size_t at) {
    char c = text.ptr[at];
    if (c == '\n')
        return is_blank_line(text, at) || begins_item(text, at);
    if (c != '.' && c != '!' && c != '?')
        return false;
    if (c == '.' && ends_with_abbreviation((wrt_str){text.ptr, at}))
        return false;
    return begins_anew(text, at + 1);
}

/* Marks that close what the sentence opened belong to it: the end behind them. */
static size_t take_closers(wrt_str text, size_t at) {
    while (at < text.len && strchr(".!?)]\"'*_", text.ptr[at]) != NULL && text.ptr[at] != '\0')
        at++;
    return at;
}

/* "..." (PMID 1): the source belongs to the quotation. */
static bool is_source_next(wrt_str text, size_t at) {
    while (at < text.len && text.ptr[at] == ' ')
        at++;
    return at < text.len && (text.ptr[at] == '(' || text.ptr[at] == '[');
}

/* "He said: "It works." Then he left.": the sentence ends behind the quotation. */
static bool ends_with_quotation(wrt_str text, size_t quoted) {
    size_t mark = text.ptr[quoted - 1] == '"'                   ? 1
                  : (unsigned char)text.ptr[quoted - 1] == 0xBB ? 2
                                                                : 3;
    char last = quoted > mark ? text.ptr[quoted - mark - 1] : '\0';
    return last != '\0' && strchr(".!?", last) != NULL && !is_source_next(text, quoted) &&
           begins_anew(text, quoted);
}

static size_t sentence_length(wrt_str text) {
    for (size_t i = 0; i < text.len;) {
        size_t quoted = quotation_end(text, i);
        if (quoted > 0) {
            if (ends_with_quotation(text, quoted))
                return quoted;
            i = quoted;
            continue;
        }
        if (ends_sentence(text, i))
            return text.ptr[i] == '\n' ? i + 1 : take_closers(text, i + 1);
        i += read_glyph(text, i).len;
    }
    return text.len;
}

/* ---- tokens */

static void note_scripts(wrt_token *token) {
    bool has_latin = false, has_foreign = false;
    uint32_t before = 0;
    for (size_t i = 0; i < token->text.len;) {
        glyph now = read_glyph(token->text, i);
        i += now.len;
        uint32_t after = i < token->text.len ? read_glyph(token->text, i).code : 0;
        has_latin = has_latin || is_ascii_letter(now.code);
        has_foreign = has_foreign || is_foreign(now.code) || is_greek_twin(now.code) ||
                      (is_greek(now.code) && is_lower(before) && is_lower(after));
        token->is_mixed = token->is_mixed || (now.code >= 0x1D400 && now.code < 0x1D800);
        before = now.code;
    }
    token->is_mixed = token->is_mixed || (has_latin && has_foreign);
}

static void add_folded(wrt_token *token, size_t *len, uint32_t code) {
    if (is_invisible(code) || *len + 1 >= WRT_WORD_MAX)
        return;
    code = look_of(fold(code));
    token->word[(*len)++] = code < 0x80 && code > ' ' ? (char)code : '?';
    token->word[*len] = '\0';
}

/* Does the word or number go on at `at`? Numbers keep inner points and commas, words inner
 * apostrophes, and both what cannot be seen. */
static bool goes_on(wrt_str text, size_t at, wrt_token_kind kind) {
    glyph now = read_glyph(text, at);
    if (is_invisible(now.code))
        return true;
    size_t behind = at + now.len;
    uint32_t after = behind < text.len ? read_glyph(text, behind).code : 0;
    if (kind == WRT_TOKEN_NUMBER)
        return is_digit(now.code) || ((now.code == '.' || now.code == ',') && is_digit(after));
    return is_letter(now.code) || is_digit(now.code) ||
           (fold(now.code) == '\'' && is_letter(after));
}

static wrt_token read_token(wrt_str text, size_t at) {
    glyph first = read_glyph(text, at);
    wrt_token token = {.kind = is_digit(first.code)    ? WRT_TOKEN_NUMBER
                               : is_letter(first.code) ? WRT_TOKEN_WORD
                                                       : WRT_TOKEN_MARK};
    size_t end = at + first.len, folded = 0;
    add_folded(&token, &folded, first.code);
    while (token.kind != WRT_TOKEN_MARK && end < text.len && goes_on(text, end, token.kind)) {
        glyph next = read_glyph(text, end);
        add_folded(&token, &folded, next.code);
        end += next.len;
    }
    token.text = (wrt_str){text.ptr + at, end - at};
    if (token.kind == WRT_TOKEN_WORD)
        note_scripts(&token);
    return token;
}

/* Tokens of one sentence; quotations are the same as when its end was looked for. Of a sentence
 * that is too long this is one part, and the next begins some tokens before its end, so that
 * nothing hides at the cut. */
static void read_tokens(wrt_sentence *out, wrt_token *tokens) {
    wrt_str text = out->text;
    size_t quoted_until = 0;
    bool is_joined = false;
    for (size_t i = 0; i < text.len;) {
        glyph now = read_glyph(text, i);
        if (is_space(now.code) || is_invisible(now.code)) {
            is_joined = is_joined && !is_space(now.code);
            i += now.len;
            continue;
        }
        if (out->n == WRT_SENTENCE_TOKENS_MAX) {
            out->is_cut = true;
            out->text.len = (size_t)(tokens[out->n - OVERLAP].text.ptr - text.ptr);
            return;
        }
        size_t quotation = i >= quoted_until ? quotation_end(text, i) : 0;
        if (quotation > 0)
            quoted_until = quotation;
        wrt_token token = read_token(text, i);
        token.is_quoted = i < quoted_until;
        token.is_joined = is_joined;
        is_joined = true;
        i += token.text.len;
        out->is_mixed = out->is_mixed || token.is_mixed;
        tokens[out->n++] = token;
    }
}

static bool asks(const wrt_sentence *sentence) {
    for (size_t i = sentence->n; i > 0 && sentence->tokens[i - 1].kind == WRT_TOKEN_MARK; i--)
        if (sentence->tokens[i - 1].word[0] == '?' && sentence->tokens[i - 1].text.ptr[0] == '?')
            return true;
    return false;
}

void wrt_sentences_start(wrt_sentences *out, wrt_str text) {
    out->rest = text;
    out->unfinished = 0;
}

bool wrt_sentences_next(wrt_sentence *out, wrt_sentences *reader) {
    while (reader->rest.len > 0) {
        bool is_part = reader->unfinished > 0;
        size_t whole = is_part ? reader->unfinished : sentence_length(reader->rest);
        *out = (wrt_sentence){.text = {reader->rest.ptr, whole}, .tokens = reader->tokens};
        read_tokens(out, reader->tokens);
        size_t len = out->text.len;
        reader->unfinished = whole - len;
        reader->rest = (wrt_str){reader->rest.ptr + len, reader->rest.len - len};
        out->is_cut = out->is_cut || is_part;
        out->is_question = asks(out);
        if (out->n > 0)
            return true;
    }
    return false;
}

/* ---- look-ups */

const char *wrt_sentence_word(const wrt_sentence *sentence, size_t i) {
    return i < sentence->n && sentence->tokens[i].kind != WRT_TOKEN_NUMBER
               ? sentence->tokens[i].word
               : "";
}

bool wrt_sentence_is(const wrt_sentence *sentence, size_t i, const char *word) {
    return strcmp(wrt_sentence_word(sentence, i), word) == 0;
}

bool wrt_word_in(const char *word, const char *list) {
    size_t len = strlen(word);
    if (len == 0)
        return false;
    for (const char *at = list; at != NULL;) {
        if (*at == *word && strncmp(at, word, len) == 0 && (at[len] == ' ' || at[len] == '\0'))
            return true;
        at = strchr(at, ' ');
        at = at != NULL ? at + 1 : NULL;
    }
    return false;
}

bool wrt_sentence_in(const wrt_sentence *sentence, size_t i, const char *list) {
    return wrt_word_in(wrt_sentence_word(sentence, i), list);
}

static bool is_number_behind(const wrt_sentence *sentence, size_t i) {
    size_t at = i + 1;
    if (wrt_sentence_is(sentence, at, ":"))
        at++;
    return at < sentence->n && sentence->tokens[at].kind == WRT_TOKEN_NUMBER;
}

static bool has_digits(const char *word, const char *prefix) {
    size_t len = strlen(prefix);
    return strncmp(word, prefix, len) == 0 && word[len] != '\0' &&
           strspn(word + len, "0123456789") == strlen(word + len);
}

/* "PMID 1", "PMC1", "NCT01234567", "doi:10...", "[e7]" */
static bool names_source(const wrt_sentence *sentence, size_t i) {
    const char *word = wrt_sentence_word(sentence, i);
    if (strcmp(word, "pmid") == 0 || strcmp(word, "doi") == 0)
        return is_number_behind(sentence, i);
    bool is_evidence = has_digits(word, "e") && wrt_sentence_is(sentence, i - 1, "[") &&
                       wrt_sentence_is(sentence, i + 1, "]");
    return is_evidence || has_digits(word, "pmid") || has_digits(word, "pmc") ||
           has_digits(word, "nct");
}

bool wrt_sentence_is_cited(const wrt_sentence *sentence) {
    if (sentence->is_cut) /* nobody knows where its quotations begin */
        return false;
    for (size_t i = 0; i < sentence->n; i++)
        if (!sentence->tokens[i].is_quoted && names_source(sentence, i))
            return true;
    return false;
}
