/* causal_identify.h: the tool causal_identify, for the plugin's table in causal.c. */
#ifndef WRT_TOOLS_CAUSAL_IDENTIFY_H
#define WRT_TOOLS_CAUSAL_IDENTIFY_H

#include "warrant/plugin.h"

extern const wrt_tool wrt_causal_identify_tool;

#endif
