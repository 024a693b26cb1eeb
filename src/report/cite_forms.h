/* cite_forms.h: a CSL-JSON item in the syntax of reference managers. Internal to the report. */
#ifndef WRT_REPORT_CITE_FORMS_H
#define WRT_REPORT_CITE_FORMS_H

#include "base/buf.h"
#include "base/json.h"

/* Append one record each, from a CSL-JSON item that cite.c made. RIS ends its lines with CR LF, as
 * its users expect; the key of a BibTeX entry is the item's id. */
void wrt_cite_as_ris(wrt_buf *out, const wrt_json *item);
void wrt_cite_as_bibtex(wrt_buf *out, const wrt_json *item);

#endif
