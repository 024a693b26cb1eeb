/* picture.h: a what-if as a picture: for each value of the outcome two bars, as it was and as it
 * would have been, the latter with its bounds over every coupling. One <svg> as base/plot.h makes
 * them. The label of model-implied answers is in the title, the description and the picture. */
#ifndef WRT_SCM_ASK_PICTURE_H
#define WRT_SCM_ASK_PICTURE_H

#include "base/buf.h"
#include "base/json.h"

/* data: what wrt_scm_reply_whatif gave. */
void wrt_scm_picture_whatif(wrt_buf *out, const wrt_json *data);

#endif
