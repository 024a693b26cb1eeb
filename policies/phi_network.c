/* phi_network.c: mail addresses, web addresses, addresses of the Internet Protocol. */
#include "policies/phi_forms.h"

#include <string.h>

enum { LOCAL_MAX = 64, HOST_MAX = 255, IPV6_GROUPS = 8 };

static char byte_at(wrt_str text, size_t at) {
    return at < text.len ? text.ptr[at] : '\0';
}

static bool is_any(wrt_str text, size_t at, const char *set) {
    char c = byte_at(text, at);
    return c != '\0' && strchr(set, c) != NULL;
}

/* End of a host name with at least one point and a last label of two letters or more; or 0. */
static size_t match_host(wrt_str text, size_t at) {
    size_t end = at, label = at, points = 0;
    while (end < text.len && end - at < HOST_MAX &&
           (wrt_phi_is_word(text, end) ||
            (is_any(text, end, ".-") &&
             (wrt_phi_is_word(text, end + 1) || is_any(text, end + 1, "-"))))) {
        if (text.ptr[end] == '.') {
            points++;
            label = end + 1;
        }
        end++;
    }
    return points > 0 && end - label >= 2 && wrt_phi_is_letter(text, label) ? end : 0;
}

size_t wrt_phi_match_email(wrt_str text, size_t at) {
    size_t end = at;
    while (end < text.len && end - at < LOCAL_MAX &&
           (wrt_phi_is_word(text, end) || is_any(text, end, "._%+-'")))
        end++;
    if (end == at || byte_at(text, end) != '@')
        return 0;
    return match_host(text, end + 1);
}

/* Addresses of the literature and of ontologies are nobody's. */
static bool is_public_host(wrt_str text, size_t at) {
    static const char *const hosts =
        "doi.org dx.doi.org www.doi.org www.ncbi.nlm.nih.gov pubmed.ncbi.nlm.nih.gov "
        "eutils.ncbi.nlm.nih.gov pmc.ncbi.nlm.nih.gov clinicaltrials.gov www.clinicaltrials.gov "
        "europepmc.org www.ebi.ac.uk purl.obolibrary.org identifiers.org bioregistry.io w3id.org "
        "www.uniprot.org www.genenames.org go.drugbank.com www.fda.gov www.who.int "
        "www.ema.europa.eu "
        "arxiv.org www.w3.org creativecommons.org";
    size_t len = wrt_phi_match_word(text, at, hosts);
    return len > 0 && !is_any(text, at + len, ".-@:");
}

size_t wrt_phi_match_url(wrt_str text, size_t at) {
    size_t len = 0;
    static const char *const schemes[] = {"https://", "http://", "ftp://", "sftp://"};
    for (size_t i = 0; i < sizeof schemes / sizeof *schemes && len == 0; i++) {
        size_t n = strlen(schemes[i]);
        if (text.len - at > n && strncasecmp(text.ptr + at, schemes[i], n) == 0)
            len = n;
    }
    bool is_www = text.len - at > 4 && strncasecmp(text.ptr + at, "www.", 4) == 0;
    if ((len == 0 && !is_www) || is_public_host(text, at + len) || byte_at(text, at + len) <= ' ')
        return 0;
    size_t end = at + len;
    while (end < text.len && (unsigned char)text.ptr[end] > ' ' && !is_any(text, end, "\"<>"))
        end++;
    return end;
}

/* ---- addresses of hosts */

static size_t match_octet(wrt_str text, size_t at) {
    size_t n = wrt_phi_count_digits(text, at, 4);
    int value = 0;
    for (size_t i = 0; i < n; i++)
        value = value * 10 + (text.ptr[at + i] - '0');
    return n >= 1 && n <= 3 && value <= 255 && (n == 1 || text.ptr[at] != '0') ? at + n : 0;
}

/* Enzymes, versions and sections have four numbers with points, too. */
static size_t match_ipv4(wrt_str text, size_t at) {
    size_t end = at;
    for (int i = 0; i < 4; i++) {
        if (i > 0 && byte_at(text, end++) != '.')
            return 0;
        end = match_octet(text, end);
        if (end == 0)
            return 0;
    }
    bool goes_on = wrt_phi_is_word(text, end) ||
                   (byte_at(text, end) == '.' && wrt_phi_is_digit(text, end + 1)) ||
                   (at > 0 && text.ptr[at - 1] == '.');
    if (goes_on || wrt_phi_has_before(text, at, 24, "ec enzyme version release section build v"))
        return 0;
    return end;
}

static size_t count_hex(wrt_str text, size_t at) {
    size_t n = 0;
    while (n < 5 && (wrt_phi_is_digit(text, at + n) || is_any(text, at + n, "abcdefABCDEF")))
        n++;
    return n;
}

/* RFC 4291: eight groups, or fewer with one "::". */
static size_t match_ipv6(wrt_str text, size_t at) {
    size_t end = at, groups = 0, long_groups = 0;
    bool is_short = false;
    for (;;) {
        size_t n = count_hex(text, end);
        if (n > 4 || (n == 0 && !is_short))
            return 0;
        groups += n > 0;
        long_groups += n >= 3;
        end += n;
        if (byte_at(text, end) != ':' || groups > IPV6_GROUPS)
            break;
        bool doubled = byte_at(text, end + 1) == ':';
        if (doubled && is_short)
            return 0;
        is_short = is_short || doubled;
        if (!doubled && count_hex(text, end + 1) == 0)
            break;
        end += doubled ? 2 : 1;
        if (doubled && count_hex(text, end) == 0)
            break;
    }
    bool is_whole = groups == IPV6_GROUPS || (is_short && groups >= 2 && long_groups >= 1);
    return is_whole && wrt_phi_is_end(text, end) ? end : 0;
}

size_t wrt_phi_match_ip(wrt_str text, size_t at) {
    size_t end = wrt_phi_is_digit(text, at) ? match_ipv4(text, at) : 0;
    return end > 0 ? end : match_ipv6(text, at);
}
