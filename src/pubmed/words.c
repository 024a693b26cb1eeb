/* words.c: cutting text into index words. ASCII, nearly all of PubMed, takes a table; the rest goes
 * through fold.h. */
#include "pubmed/words.h"

#include "pubmed/fold.h"
#include "pubmed/stem.h"

#include <string.h>

enum { JOIN_MAX = 16 }; /* bytes of either part of a joined word */

/* Of a byte: the lower case of an ASCII letter, the digit itself, 0 for everything else. */
static const char ASCII_WORD[256] = {
    ['0'] = '0', ['1'] = '1', ['2'] = '2', ['3'] = '3', ['4'] = '4', ['5'] = '5', ['6'] = '6',
    ['7'] = '7', ['8'] = '8', ['9'] = '9', ['A'] = 'a', ['B'] = 'b', ['C'] = 'c', ['D'] = 'd',
    ['E'] = 'e', ['F'] = 'f', ['G'] = 'g', ['H'] = 'h', ['I'] = 'i', ['J'] = 'j', ['K'] = 'k',
    ['L'] = 'l', ['M'] = 'm', ['N'] = 'n', ['O'] = 'o', ['P'] = 'p', ['Q'] = 'q', ['R'] = 'r',
    ['S'] = 's', ['T'] = 't', ['U'] = 'u', ['V'] = 'v', ['W'] = 'w', ['X'] = 'x', ['Y'] = 'y',
    ['Z'] = 'z', ['a'] = 'a', ['b'] = 'b', ['c'] = 'c', ['d'] = 'd', ['e'] = 'e', ['f'] = 'f',
    ['g'] = 'g', ['h'] = 'h', ['i'] = 'i', ['j'] = 'j', ['k'] = 'k', ['l'] = 'l', ['m'] = 'm',
    ['n'] = 'n', ['o'] = 'o', ['p'] = 'p', ['q'] = 'q', ['r'] = 'r', ['s'] = 's', ['t'] = 't',
    ['u'] = 'u', ['v'] = 'v', ['w'] = 'w', ['x'] = 'x', ['y'] = 'y', ['z'] = 'z',
};

static char ascii_word(unsigned char c) {
    return ASCII_WORD[c];
}

static void add_byte(wrt_words *words, char byte) {
    if (words->len < WRT_WORD_MAX)
        words->word[words->len++] = byte;
}

/* Adds a code point whole or, where the word is full, not at all. */
static void add_code(wrt_words *words, int32_t code) {
    char utf8[4];
    size_t n = wrt_fold_encode(utf8, code);
    if (words->len + n > WRT_WORD_MAX)
        return;
    memcpy(words->word + words->len, utf8, n);
    words->len += n;
}

/* What one folded character does to the word being read. */
typedef enum { GOES_ON, ENDS_BEFORE, IS_GREEK } effect;

/* Adds all of a character or, where it is not a plain part of a word, nothing. */
static effect take_folded(wrt_words *words, const wrt_folded *folded) {
    size_t len = words->len;
    effect what = GOES_ON;
    for (int i = 0; i < folded->n && what == GOES_ON; i++) {
        int32_t code = folded->code[i];
        if (wrt_fold_greek(code) != NULL)
            what = IS_GREEK;
        else if (!wrt_fold_is_mark(code) && !wrt_fold_is_word(code))
            what = ENDS_BEFORE;
        else if (!wrt_fold_is_mark(code))
            add_code(words, code);
    }
    words->len = what == GOES_ON ? words->len : len;
    return what;
}

static void take_greek(wrt_words *words, const wrt_folded *folded) {
    for (int i = 0; i < folded->n; i++)
        for (const char *c = wrt_fold_greek(folded->code[i]); c != NULL && *c != '\0'; c++)
            add_byte(words, *c);
}

/* Reads ASCII letters and digits, as most words wholly are. */
static void read_plain(wrt_words *words) {
    const char *at = words->text.ptr + words->at, *end = words->text.ptr + words->text.len;
    size_t len = words->len;
    for (char plain; at < end && (plain = ascii_word((unsigned char)*at)) != 0; at++)
        if (len < WRT_WORD_MAX)
            words->word[len++] = plain;
    words->len = len;
    words->at = (size_t)(at - words->text.ptr);
}

/* Reads one run from words->at, which may be empty when what stands there separates. */
static void read_run(wrt_words *words) {
    wrt_str text = words->text;
    words->len = 0;
    words->start = words->at;
    while (read_plain(words), words->at < text.len) {
        if ((unsigned char)text.ptr[words->at] < 0x80)
            break;
        wrt_folded folded;
        wrt_fold_char(&folded, text, words->at);
        effect what = take_folded(words, &folded);
        if (what == ENDS_BEFORE || (what == IS_GREEK && words->len > 0))
            break;
        words->at += folded.bytes;
        if (what == IS_GREEK) {
            take_greek(words, &folded);
            break;
        }
    }
    words->end = words->at;
}

static size_t skip_separator(const wrt_words *words) {
    if ((unsigned char)words->text.ptr[words->at] < 0x80)
        return 1;
    wrt_folded folded;
    wrt_fold_char(&folded, words->text, words->at);
    return folded.bytes;
}

/* Passes what separates; true when it was exactly one hyphen. */
static bool skip(wrt_words *words) {
    size_t from = words->at;
    bool hyphen = false;
    while (words->at < words->text.len) {
        unsigned char c = (unsigned char)words->text.ptr[words->at];
        if (ascii_word(c) != 0)
            break;
        if (c >= 0x80) {
            size_t at = words->at;
            read_run(words);
            words->at = at;
            if (words->len > 0)
                break;
        }
        size_t step = skip_separator(words);
        wrt_folded folded;
        hyphen = false;
        if (words->at == from && (c == '-' || c >= 0x80)) {
            wrt_fold_char(&folded, words->text, words->at);
            hyphen = folded.n == 1 && wrt_fold_punctuation(folded.code[0]) == '-';
        }
        words->at += step;
    }
    return hyphen;
}

static bool all_in(const char *word, size_t len, char low, char high) {
    for (size_t i = 0; i < len; i++)
        if (word[i] < low || word[i] > high)
            return false;
    return len > 0;
}

/* The joined word of "IL" and "6", in place of reading on. */
static void join(wrt_words *words) {
    char second[WRT_WORD_MAX + 1];
    size_t n = words->len;
    memcpy(second, words->word, n);
    memcpy(words->word, words->before, words->before_len);
    memcpy(words->word + words->before_len, second, n);
    words->len = words->before_len + n;
    words->start = words->before_start;
    words->may_join = false;
    words->before_len = 0;
}

static void remember(wrt_words *words, bool letters) {
    words->before_len = words->len <= JOIN_MAX ? words->len : 0;
    memcpy(words->before, words->word, words->before_len);
    words->before_start = words->start;
    words->before_is_letters = letters;
}

/* The 33 words that carry nothing and make up two fifths of running text, as big-endian numbers in
 * ascending order. */
static const uint64_t STOP_WORDS[] = {
    0x61,         /* a */
    0x616E,       /* an */
    0x6173,       /* as */
    0x6174,       /* at */
    0x6265,       /* be */
    0x6279,       /* by */
    0x696E,       /* in */
    0x6973,       /* is */
    0x6974,       /* it */
    0x6F66,       /* of */
    0x6F6E,       /* on */
    0x6F72,       /* or */
    0x746F,       /* to */
    0x7765,       /* we */
    0x616E64,     /* and */
    0x617265,     /* are */
    0x666F72,     /* for */
    0x686164,     /* had */
    0x686173,     /* has */
    0x697473,     /* its */
    0x746865,     /* the */
    0x776173,     /* was */
    0x6265656E,   /* been */
    0x66726F6D,   /* from */
    0x68617665,   /* have */
    0x74686174,   /* that */
    0x74686973,   /* this */
    0x77657265,   /* were */
    0x77697468,   /* with */
    0x7468656972, /* their */
    0x7468657365, /* these */
    0x74686F7365, /* those */
    0x7768696368, /* which */
};

static bool is_stop_word(const wrt_words *words) {
    enum { LONGEST = 5 };
    size_t low = 0, high = sizeof STOP_WORDS / sizeof *STOP_WORDS;
    uint64_t key = 0;
    if (words->len > LONGEST)
        return false;
    for (size_t i = 0; i < words->len; i++)
        key = key << 8 | (unsigned char)words->word[i];
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (STOP_WORDS[middle] == key)
            return true;
        if (STOP_WORDS[middle] < key)
            low = middle + 1;
        else
            high = middle;
    }
    return false;
}

static bool is_wanted(const wrt_words *words) {
    if (words->initials == NULL || words->len < 2)
        return true;
    return words->initials[(size_t)(words->word[0] - 'a') * 26 + (size_t)(words->word[1] - 'a')];
}

static size_t stem(wrt_words *words) {
    return words->memo != NULL ? wrt_stem_memo_word(words->memo, words->word, words->len)
                               : wrt_stem_word(words->word, words->len);
}

void wrt_words_start(wrt_words *words, wrt_str text) {
    words->text = text;
    words->initials = NULL;
    words->memo = NULL;
    memset(words->word, 0, sizeof words->word);
    words->at = words->len = words->start = words->end = 0;
    words->before_len = words->before_start = 0;
    words->before_is_letters = words->may_join = false;
}

/* The next run that is no stop word, unstemmed. */
static bool next_run(wrt_words *words, bool *hyphen, bool *letters) {
    do {
        *hyphen = skip(words);
        if (words->at >= words->text.len)
            return false;
        read_run(words);
        *letters = all_in(words->word, words->len, 'a', 'z');
        if (!*letters || !is_stop_word(words))
            return true;
        words->before_len = 0;
    } while (true);
}

bool wrt_words_next(wrt_words *words) {
    bool hyphen = false, letters = false;
    if (words->may_join) {
        join(words);
        return true;
    }
    if (!next_run(words, &hyphen, &letters))
        return false;
    bool digits = !letters && all_in(words->word, words->len, '0', '9');
    words->may_join = hyphen && words->before_len > 0 && digits && words->before_is_letters &&
                      words->len <= JOIN_MAX;
    if (!words->may_join)
        remember(words, letters);
    if (letters && is_wanted(words))
        words->len = stem(words);
    return true;
}
