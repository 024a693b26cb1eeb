/* path_json.h: a path as the tools show it; private to kg/. */
#ifndef WRT_KG_PATH_JSON_H
#define WRT_KG_PATH_JSON_H

#include "kg/internal.h"
#include "kg/paths/search.h"

/* {"nodes","edges","metapath","sign"}; see paths.h. */
wrt_status wrt_kg_path_json(wrt_json **out, wrt_kg *kg, const wrt_kg_path *path, wrt_err *err);

#endif
