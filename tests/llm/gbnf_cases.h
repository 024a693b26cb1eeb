/* gbnf_cases.h: grammars with texts that are sentences of them and texts that are not. */
#ifndef WRT_TESTS_GBNF_CASES_H
#define WRT_TESTS_GBNF_CASES_H

#include <stddef.h>

typedef struct {
    const char *grammar;
    const char *good[8]; /* up to the first NULL */
    const char *bad[8];
} language;

static const language languages[] = {
    /* literals and escapes */
    {"root ::= \"yes\"", {"yes"}, {"", "ye", "yess", "Yes"}},
    {"root ::= \"\"", {""}, {"a", " "}},
    {"root ::= \"a\" | \"\"", {"a", ""}, {"aa"}},
    {"root ::=", {""}, {"a"}},
    {"root ::= \"\\n\\t\\r\\\\\\\"\\[\\]\\-\"", {"\n\t\r\\\"[]-"}, {"n"}},
    {"root ::= \"\\x41\\x0a\\xe9\\u00e9\\U0001F9EC\"",
     {"A\n\xc3\xa9\xc3\xa9\xf0\x9f\xa7\xac"},
     {"A"}},
    {"root ::= \"h\xc3\xa9\"", {"h\xc3\xa9"}, {"h", "h\xc3", "h\xa9", "he"}},
    /* classes */
    {"root ::= [a-cx]", {"a", "b", "c", "x"}, {"", "d", "w", "y", "aa", "A"}},
    {"root ::= [^a-cx]",
     {"d", "A", "\n", "\xf4\x8f\xbf\xbf", "\xed\x9f\xbf", "\xee\x80\x80"},
     {"a", "c", "x", "", "de", "\xed\xa0\x80", "\xf4\x90\x80\x80"}},
    {"root ::= [a-]", {"a", "-"}, {"b"}},
    {"root ::= [-a]", {"a", "-"}, {"b"}},
    {"root ::= [\\]\\\\\\x30-\\x32\"]", {"]", "\\", "0", "1", "2", "\""}, {"[", "3", "x"}},
    {"root ::= [\xc3\xa9-\xce\xb1]",
     {"\xc3\xa9", "\xce\xb1", "\xc4\x80"},
     {"\xce\xb2", "\xc3\xa8"}},
    {"root ::= .", {"a", "\n", "\xe2\x82\xac"}, {"", "ab", "\xe2\x82", "\xc0\x80", "\xff"}},
    {"root ::= [a-ya-cz-z]+", {"abz"}, {"{"}},
    /* repetition */
    {"root ::= \"ab\"*", {"", "ab", "abab", "ababab"}, {"a", "aba", "ba"}},
    {"root ::= \"ab\"+", {"ab", "abab"}, {"", "aba"}},
    {"root ::= \"a\"? \"b\"", {"b", "ab"}, {"a", "aab", ""}},
    {"root ::= [0-9]{3}", {"123"}, {"12", "1234", ""}},
    {"root ::= [0-9]{2,}", {"12", "12345"}, {"1", ""}},
    {"root ::= [0-9]{2,3}", {"12", "123"}, {"1", "1234"}},
    {"root ::= [0-9]{0,2}", {"", "1", "12"}, {"123"}},
    {"root ::= [0-9]{ 1 , 2 }", {"1", "12"}, {"", "123"}},
    {"root ::= \"a\"{0} \"b\"{0,0} \"c\"", {"c"}, {"a", "ac", "bc"}},
    {"root ::= \"a\"{2}{3}", {"aaaaaa"}, {"aaaaa", "aaaaaaa", "aaa"}},
    {"root ::= \"a\"?{2}", {"", "a", "aa"}, {"aaa"}},
    {"root ::= (\"\" | \"a\")*", {"", "a", "aaa"}, {"b", "ab"}},
    {"root ::= ((\"\"* | \"a\"?)* | \"b\"*)+ \"c\"", {"c", "aabbac", "bc"}, {"", "ab", "cc"}},
    {"root ::= \"\"* \"x\"", {"x"}, {"", "xx"}},
    /* groups, alternates, references */
    {"root ::= (\"a\" | \"b\" \"c\") \"d\"", {"ad", "bcd"}, {"bd", "acd", "a"}},
    {"root ::= () \"a\" ( | \"b\")", {"a", "ab"}, {"b", ""}},
    {"root ::= \"-\"? number\nnumber ::= [0-9]+ (\".\" [0-9]+)?",
     {"0", "-12", "3.25", "-0.5"},
     {"-", ".5", "5.", "1.2.3"}},
    {"root ::= pair\npair ::= \"(\" pair \")\" | \"\"", {"", "()", "((()))"}, {"(", ")(", "())"}},
    {"root ::= a-1 | B2\na-1 ::= \"x\"\nB2 ::= \"y\"", {"x", "y"}, {"xy", ""}},
    /* right recursion, palindromes: not regular, not deterministic */
    {"root ::= \"a\" root \"a\" | \"b\" root \"b\" | \"a\" | \"b\" | \"\"",
     {"", "a", "abba", "ababa", "bab"},
     {"ab", "abab", "aab"}},
    /* ambiguous beyond counting */
    {"root ::= s\ns ::= \"a\" s s | \"\"", {"", "a", "aaaaaaaaaaaaaaaaaaaa"}, {"b", "aab"}},
    /* nullable in every place */
    {"root ::= a b a\na ::= \"x\" | \"\"\nb ::= a a | \"y\"",
     {"", "x", "xxxx", "y", "xyx", "xy"},
     {"yy", "xxxxx", "xyy", "yxx"}},
    /* comments, newlines */
    {"# one\n\nroot ::= # two\n  \"a\" | # three\n  \"b\" # four\n# five", {"a", "b"}, {"c"}},
    {"root ::= (\n  \"a\"\n  # inside\n  \"b\"\n)\r\n", {"ab"}, {"a", "a\nb"}},
    {"root ::= \"#\" [#] \"a\"", {"##a"}, {"#", ""}},
    /* a part that no finite text fits does not keep a beginning alive */
    {"root ::= \"a\" | \"b\" endless\nendless ::= \"b\" endless", {"a"}, {"b", "bb", "bbb", ""}},
};
enum { N_LANGUAGES = sizeof languages / sizeof languages[0] };

#endif
