/* formats.h: the graph formats that can be imported.
 *
 * A reader takes the bytes of one file and hands records to a sink; it knows nothing of tables. The
 * part that a file plays (nodes, edges, attributes of edges) is read from its content, never from
 * its name. To add a format: one file with a `const wrt_kg_format`, one line in formats.c. */
#ifndef WRT_KG_FORMATS_FORMATS_H
#define WRT_KG_FORMATS_FORMATS_H

#include "base/input.h"
#include "kg/sink.h"

typedef struct {
    const char *map;    /* of "tsv": "subject=A,object=B,predicate==treats", see tsv.c; else NULL */
    const char *source; /* of "tsv": infores CURIE or name for rows that state none; may be NULL */
} wrt_kg_format_options;

typedef struct {
    const char *name;  /* as in --format */
    const char *about; /* one line for --help */
    /* What a file that begins with these bytes is in this format: "nodes", "edges", "attributes",
     * "graph" (nodes and edges); NULL when it is none. */
    const char *(*role)(wrt_str start);
    wrt_status (*read)(const wrt_kg_sink *sink, wrt_input *input,
                       const wrt_kg_format_options *options, wrt_err *err);
} wrt_kg_format;

/* NULL when there is no format of this name. */
const wrt_kg_format *wrt_kg_format_find(wrt_str name);
const wrt_kg_format *wrt_kg_format_at(size_t index); /* in the order of --help; NULL past the end */

/* The one format whose files begin like this, and its role; WRT_E_INPUT when none or several do. */
wrt_status wrt_kg_format_guess(const wrt_kg_format **out, const char **role, wrt_str start,
                               const char *name, wrt_err *err);
/* Opens the file, looks at its first bytes, closes it. format may be NULL: then *out is guessed;
 * else *role is that of the file in the given format, WRT_E_INPUT when it has none. */
wrt_status wrt_kg_format_of_file(const wrt_kg_format **out, const char **role,
                                 const wrt_kg_format *format, const char *path, wrt_err *err);

/* ---- for the files of this folder */

/* First line without byte order mark and carriage return; of commented formats the first line that
 * does not begin with '#'. */
wrt_str wrt_kg_first_line(wrt_str start, bool is_commented);
/* True when every name (NULL-terminated) is a column of the header line; cells may be quoted. */
bool wrt_kg_header_holds(wrt_str header, char separator, const char *const *names);

/* A second form of a format ("KGX as JSON"), told by how a file begins. */
typedef struct {
    const char *(*role)(wrt_str start);
    wrt_status (*read)(const wrt_kg_sink *sink, wrt_input *input,
                       const wrt_kg_format_options *options, wrt_err *err);
} wrt_kg_variant;

extern const wrt_kg_variant wrt_kg_kgx_json, wrt_kg_hetionet_json, wrt_kg_drugmechdb_graphs;

/* *is_it when the variant knows the file by its beginning, which is not taken from the input. */
wrt_status wrt_kg_variant_is(bool *is_it, const wrt_kg_variant *variant, wrt_input *input,
                             wrt_err *err);

extern const wrt_kg_format wrt_kg_format_hetionet, wrt_kg_format_kgx, wrt_kg_format_primekg,
    wrt_kg_format_drugmechdb, wrt_kg_format_signor, wrt_kg_format_omnipath, wrt_kg_format_ctd,
    wrt_kg_format_drugcentral, wrt_kg_format_drkg, wrt_kg_format_tsv;

#endif
