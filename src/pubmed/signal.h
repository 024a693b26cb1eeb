/* signal.h: what the parts of a record say about its standing (reference: NLM's fact sheet "Errata,
 * Retractions, and Other Linked Citations in PubMed"). Each gives bits of article.h, or 0.
 *
 * A paper that replaces a retracted one (RetractedandRepublishedFrom) is not itself retracted, nor
 * a notice. */
#ifndef WRT_PUBMED_SIGNAL_H
#define WRT_PUBMED_SIGNAL_H

#include "base/str.h"

unsigned wrt_pubmed_signal_of_type(wrt_str ui, wrt_str name);
unsigned wrt_pubmed_signal_of_link(wrt_str ref_type);
unsigned wrt_pubmed_signal_of_history(wrt_str pub_status);
/* The weak ones: titles that begin "RETRACTED:", "Retraction note", "Erratum to"... */
unsigned wrt_pubmed_signal_of_title(wrt_str title);

#endif
