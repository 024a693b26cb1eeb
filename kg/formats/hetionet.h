/* hetionet.h: shared by hetionet*.c, nobody else. */
#ifndef WRT_KG_FORMATS_HETIONET_H
#define WRT_KG_FORMATS_HETIONET_H

#include "kg/formats/metaedges.h"
#include "kg/formats/table.h"
#include "kg/formats/writer.h"

/* The attribute tables of CbG and DaG. */
wrt_status wrt_kg_hetionet_attributes(wrt_kg_writer *writer, wrt_kg_table *table,
                                      const wrt_kg_sink *sink, wrt_err *err);

#endif
