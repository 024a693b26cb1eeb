/* drugmechdb.h: shared by drugmechdb*.c, nobody else. */
#ifndef WRT_KG_FORMATS_DRUGMECHDB_H
#define WRT_KG_FORMATS_DRUGMECHDB_H

#include "kg/formats/writer.h"

/* The relation of a DrugMechDB label ("positively regulates"). stated_sign counts only for a label
 * that the predicate table does not know: +1, 0, -1 or WRT_KG_SIGN_UNKNOWN. */
wrt_status wrt_kg_drugmechdb_relation(uint32_t *out, int *sign, wrt_kg_writer *writer,
                                      wrt_str label, int stated_sign, wrt_err *err);

#endif
