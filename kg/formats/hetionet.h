/* hetionet.h: shared by hetionet*.c, nobody else. */
#ifndef WRT_KG_FORMATS_HETIONET_H
#define WRT_KG_FORMATS_HETIONET_H

#include "kg/formats/metaedges.h"
#include "kg/formats/table.h"
#include "kg/formats/writer.h"

/* The attribute tables of CbG and DaG. */
wrt_status wrt_kg_hetionet_attributes(wrt_kg_writer *writer, wrt_kg_table *table,
                                      const wrt_kg_sink *sink, wrt_err *err);

/* Sets primary and aggregator from the databases that an edge rests on ("DrugBank (target)|ChEMBL",
 * cut at the separator): one database is the primary source and Hetionet the aggregator; with
 * several, or none, Hetionet stands for them. The texts live in *room. */
void wrt_kg_hetionet_sources(wrt_kg_relation *relation, wrt_buf *room, wrt_str sources,
                             char separator);

#endif
