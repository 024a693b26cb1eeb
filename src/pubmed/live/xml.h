/* xml.h: small XML answers, element by element with the path to each.
 *
 * For the answers of E-utilities, which are shallow and hold no mixed content; articles are read by
 * pubmed.h. The text of an element is the character data since its last tag, trimmed. Nothing
 * outside the given bytes is ever read; entity declarations and references other than the five
 * predefined ones are refused, as is what is not UTF-8. */
#ifndef WRT_PUBMED_LIVE_XML_H
#define WRT_PUBMED_LIVE_XML_H

#include "base/err.h"
#include "base/str.h"

enum {
    WRT_LIVE_XML_DEPTH_MAX = 32,
    WRT_LIVE_XML_TEXT_MAX = 64 << 10, /* bytes of one element's text */
    WRT_LIVE_XML_PATH_MAX = 512,
    WRT_LIVE_XML_TAG_MAX = 1024 /* bytes from a '<' to the next '>' */
};

/* path: "eSearchResult/IdList/Id". open is called at the start tag with an empty text, close at the
 * end tag. Other than WRT_OK ends the reading and is returned, with the message left in *err. */
typedef wrt_status (*wrt_live_xml_fn)(const char *path, bool is_close, wrt_str text, void *ctx,
                                      wrt_err *err);

/* WRT_E_UNAVAILABLE: not well formed, or cut off: a later answer may be whole. WRT_E_INPUT:
 * entities or not UTF-8. WRT_E_LIMIT: a cap. */
wrt_status wrt_live_xml_read(wrt_str body, wrt_live_xml_fn fn, void *ctx, wrt_err *err);

#endif
