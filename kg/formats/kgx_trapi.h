/* kgx_trapi.h: a JSON object as a node or an edge of KGX; shared by kgx_*.c, nobody else. */
#ifndef WRT_KG_FORMATS_KGX_TRAPI_H
#define WRT_KG_FORMATS_KGX_TRAPI_H

#include "kg/formats/kgx_record.h"

typedef struct {
    wrt_kg_writer *writer;
    wrt_kgx_edge edge;
    wrt_kgx_node node;
    wrt_json *held; /* texts that were made for the current record */
} wrt_kgx_json;

void wrt_kgx_json_free(wrt_kgx_json *json);

/* id: the name under which the object stands in TRAPI, "" elsewhere. Values that are no object are
 * rejected. */
wrt_status wrt_kgx_json_node(wrt_kgx_json *json, const wrt_json *object, wrt_str id,
                             uint64_t number, wrt_err *err);
wrt_status wrt_kgx_json_edge(wrt_kgx_json *json, const wrt_json *object, wrt_str id,
                             uint64_t number, wrt_err *err);

#endif
