/* witness.c: policies of cosigning, read and applied.
 *
 * A name is defined before it is used, so the nodes (witnesses and groups) are evaluated in the
 * order of their lines, and nothing can go round in a circle. A node is member of one group at
 * most: no witness counts twice. */
#include "ledger/witness.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "ledger/note.h"

enum { LOGS_MAX = 64, NODES_MAX = 128, WORDS_MAX = NODES_MAX + 4, ALGORITHM_COSIGNATURE = 4 };

typedef struct {
    char *name;
    bool is_group, is_member;
    char *key_name; /* of a witness */
    unsigned char public_key[32];
    size_t threshold; /* of a group */
    size_t member[NODES_MAX];
    size_t n;
} policy_node;

struct wrt_tlog_policy {
    unsigned char log[LOGS_MAX][32];
    size_t n_logs;
    policy_node *node;
    size_t n_nodes;
    bool has_quorum;
    size_t quorum; /* n_nodes or more: none is needed */
};

static char *copied(wrt_str text) {
    char *out = wrt_calloc(text.len + 1, 1);
    memcpy(out, text.ptr, text.len);
    return out;
}

static wrt_tlog_policy *new_policy(void) {
    wrt_tlog_policy *policy = wrt_calloc(1, sizeof *policy);
    policy->node = wrt_calloc(NODES_MAX, sizeof *policy->node);
    policy->quorum = NODES_MAX;
    return policy;
}

void wrt_tlog_policy_free(wrt_tlog_policy *policy) {
    if (policy == NULL)
        return;
    for (size_t i = 0; i < policy->n_nodes; i++) {
        free(policy->node[i].name);
        free(policy->node[i].key_name);
    }
    free(policy->node);
    free(policy);
}

/* ---- lines */

typedef struct {
    wrt_tlog_policy *policy;
    size_t line;
    wrt_str word[WORDS_MAX];
    size_t n;
    wrt_err *err;
} policy_reader;

static wrt_status bad_line(const policy_reader *in, const char *what) {
    return wrt_fail(in->err, WRT_E_INPUT, "tlog policy, line %zu: %s", in->line, what);
}

static wrt_status too_many(const policy_reader *in, const char *what) {
    return wrt_fail(in->err, WRT_E_LIMIT, "tlog policy, line %zu: too many %s", in->line, what);
}

static size_t find_node(const wrt_tlog_policy *policy, wrt_str name) {
    size_t i = 0;
    while (i < policy->n_nodes && !wrt_str_equal_c(name, policy->node[i].name))
        i++;
    return i;
}

static wrt_status take_log(policy_reader *in) {
    wrt_tlog_policy *policy = in->policy;
    unsigned char key[32];
    if (in->n < 2 || in->n > 3)
        return bad_line(in, "log VKEY [URL]");
    if (!wrt_note_parse_vkey(key, in->word[1]))
        return bad_line(in, "not a verifier key of a log (Ed25519, type 0x01)");
    for (size_t i = 0; i < policy->n_logs; i++)
        if (memcmp(policy->log[i], key, sizeof key) == 0)
            return bad_line(in, "a second log of this key");
    if (policy->n_logs == LOGS_MAX)
        return too_many(in, "logs");
    memcpy(policy->log[policy->n_logs++], key, sizeof key);
    return WRT_OK;
}

/* Checks a new name and gives its node. */
static wrt_status add_node(policy_node **out, policy_reader *in) {
    wrt_tlog_policy *policy = in->policy;
    if (wrt_str_equal_c(in->word[1], "none") || find_node(policy, in->word[1]) < policy->n_nodes)
        return bad_line(in, "this name is taken");
    if (policy->n_nodes == NODES_MAX)
        return too_many(in, "witnesses and groups");
    *out = &policy->node[policy->n_nodes];
    (*out)->name = copied(in->word[1]);
    return WRT_OK;
}

static wrt_status take_witness(policy_reader *in) {
    wrt_tlog_policy *policy = in->policy;
    wrt_note_key key;
    policy_node *node = NULL;
    if (in->n < 3 || in->n > 4)
        return bad_line(in, "witness NAME VKEY [URL]");
    if (!wrt_note_parse_key(&key, in->word[2]) || key.algorithm != ALGORITHM_COSIGNATURE)
        return bad_line(in, "not a verifier key of a witness (Ed25519 cosignatures, type 0x04)");
    for (size_t i = 0; i < policy->n_nodes; i++)
        if (!policy->node[i].is_group &&
            memcmp(policy->node[i].public_key, key.public_key, sizeof key.public_key) == 0)
            return bad_line(in, "a second witness of this key");
    wrt_status status = add_node(&node, in);
    if (status != WRT_OK || node == NULL)
        return status;
    node->key_name = copied(key.name);
    memcpy(node->public_key, key.public_key, sizeof key.public_key);
    policy->n_nodes++;
    return WRT_OK;
}

static bool read_threshold(size_t *out, wrt_str word, size_t members) {
    int64_t k = 0;
    if (wrt_str_equal_c(word, "any"))
        k = 1;
    else if (wrt_str_equal_c(word, "all"))
        k = (int64_t)members;
    else if (word.ptr[0] == '+' || word.ptr[0] == '0' || !wrt_str_to_int64(&k, word))
        return false;
    *out = (size_t)k;
    return k >= 1 && k <= (int64_t)members;
}

static wrt_status take_group(policy_reader *in) {
    wrt_tlog_policy *policy = in->policy;
    policy_node *node = NULL;
    size_t threshold = 0;
    if (in->n < 4)
        return bad_line(in, "group NAME K|any|all MEMBER...");
    if (!read_threshold(&threshold, in->word[2], in->n - 3))
        return bad_line(in, "the threshold is a number from 1 to that of the members, any or all");
    wrt_status status = add_node(&node, in);
    if (status != WRT_OK || node == NULL)
        return status;
    policy->n_nodes++; /* from here on it is freed with the policy */
    node->is_group = true;
    node->threshold = threshold;
    for (size_t i = 3; i < in->n; i++) {
        size_t at = find_node(policy, in->word[i]);
        if (at >= policy->n_nodes - 1)
            return bad_line(in, "a member that no line before defines");
        if (policy->node[at].is_member)
            return bad_line(in, "a member that belongs to a group already");
        policy->node[at].is_member = true;
        node->member[node->n++] = at;
    }
    return WRT_OK;
}

static wrt_status take_quorum(policy_reader *in) {
    wrt_tlog_policy *policy = in->policy;
    if (in->n != 2)
        return bad_line(in, "quorum NAME|none");
    if (policy->has_quorum)
        return bad_line(in, "a second quorum");
    size_t at = find_node(policy, in->word[1]);
    if (at == policy->n_nodes && !wrt_str_equal_c(in->word[1], "none"))
        return bad_line(in, "a quorum that no line before defines");
    policy->has_quorum = true;
    policy->quorum = at < policy->n_nodes ? at : NODES_MAX;
    return WRT_OK;
}

/* Spaces and tabs part words; control characters have no place in a policy. */
static wrt_status split_words(policy_reader *in, wrt_str line) {
    size_t at = 0;
    in->n = 0;
    for (size_t i = 0; i < line.len; i++) {
        unsigned char byte = (unsigned char)line.ptr[i];
        if ((byte < 0x20 && byte != '\t') || byte == 0x7F)
            return bad_line(in, "a control character");
    }
    while (at < line.len) {
        size_t start = at;
        while (at < line.len && line.ptr[at] != ' ' && line.ptr[at] != '\t')
            at++;
        if (at > start && in->n == WORDS_MAX)
            return too_many(in, "words");
        if (at > start)
            in->word[in->n++] = (wrt_str){line.ptr + start, at - start};
        at++;
    }
    return WRT_OK;
}

static wrt_status take_line(policy_reader *in, wrt_str line) {
    static const struct {
        const char *word;
        wrt_status (*take)(policy_reader *in);
    } rules[] = {{"log", take_log},
                 {"witness", take_witness},
                 {"group", take_group},
                 {"quorum", take_quorum}};
    wrt_status status = split_words(in, line);
    if (status != WRT_OK || in->n == 0 || in->word[0].ptr[0] == '#')
        return status;
    for (size_t i = 0; i < sizeof rules / sizeof rules[0]; i++)
        if (wrt_str_equal_c(in->word[0], rules[i].word))
            return rules[i].take(in);
    return bad_line(in, "a line begins with log, witness, group, quorum or #");
}

wrt_status wrt_tlog_policy_parse(wrt_tlog_policy **out, wrt_str text, wrt_err *err) {
    policy_reader in = {.policy = new_policy(), .err = err};
    wrt_status status = WRT_OK;
    wrt_str line;
    *out = NULL;
    if (text.len > WRT_TLOG_POLICY_BYTES_MAX)
        status = wrt_fail(err, WRT_E_LIMIT, "a tlog policy of %zu bytes; at most %d are read",
                          text.len, WRT_TLOG_POLICY_BYTES_MAX);
    while (status == WRT_OK && wrt_str_cut(&line, &text, '\n')) {
        in.line++;
        status = take_line(&in, line);
    }
    if (status == WRT_OK && !in.policy->has_quorum)
        status = wrt_fail(err, WRT_E_INPUT, "tlog policy: it has no quorum line");
    if (status == WRT_OK)
        *out = in.policy;
    else
        wrt_tlog_policy_free(in.policy);
    return status;
}

wrt_status wrt_tlog_policy_of_witness(wrt_tlog_policy **out, wrt_str vkey, wrt_err *err) {
    wrt_note_key key;
    *out = NULL;
    if (!wrt_note_parse_key(&key, vkey) || key.algorithm != ALGORITHM_COSIGNATURE)
        return wrt_fail(err, WRT_E_INPUT,
                        "%.*s: not a verifier key of a witness (Ed25519 cosignatures, type 0x04)",
                        (int)(vkey.len < 80 ? vkey.len : 80), vkey.ptr);
    wrt_tlog_policy *policy = new_policy();
    policy_node *node = &policy->node[policy->n_nodes++];
    node->name = copied(WRT_STR("witness"));
    node->key_name = copied(key.name);
    memcpy(node->public_key, key.public_key, sizeof key.public_key);
    policy->has_quorum = true;
    policy->quorum = 0;
    *out = policy;
    return WRT_OK;
}

/* ---- applying */

bool wrt_tlog_policy_trusts(const wrt_tlog_policy *policy, const unsigned char public_key[32]) {
    for (size_t i = 0; i < policy->n_logs; i++)
        if (memcmp(policy->log[i], public_key, 32) == 0)
            return true;
    return policy->n_logs == 0;
}

const unsigned char *wrt_tlog_policy_key(const wrt_tlog_policy *policy) {
    return policy->n_logs > 0 ? policy->log[0] : NULL;
}

static bool is_met(const policy_node *node, const bool *met) {
    size_t count = 0;
    for (size_t i = 0; i < node->n; i++)
        count += met[node->member[i]];
    return count >= node->threshold;
}

bool wrt_tlog_policy_met(size_t *cosigned, const wrt_tlog_policy *policy, wrt_str note) {
    bool met[NODES_MAX + 1] = {false};
    *cosigned = 0;
    met[NODES_MAX] = true; /* quorum none */
    for (size_t i = 0; i < policy->n_nodes; i++) {
        const policy_node *node = &policy->node[i];
        if (node->is_group)
            met[i] = is_met(node, met);
        else
            met[i] = wrt_note_is_cosigned(note, wrt_str_of(node->key_name), node->public_key);
        *cosigned += met[i] && !node->is_group;
    }
    return met[policy->quorum];
}
