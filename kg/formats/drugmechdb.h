/* drugmechdb.h: shared by drugmechdb*.c, nobody else. */
#ifndef WRT_KG_FORMATS_DRUGMECHDB_H
#define WRT_KG_FORMATS_DRUGMECHDB_H

#include "kg/formats/writer.h"

/* The relation of a DrugMechDB label ("positively regulates"); its texts are static, or the label.
 * stated_sign counts only for a label that the predicate table does not know: +1, 0, -1 or
 * WRT_KG_SIGN_UNKNOWN. */
wrt_kg_relation wrt_kg_drugmechdb_relation(wrt_str label, int stated_sign);

#endif
