/* notice.c: the texts of caveats. */
#include "agent/answer/notice.h"

static const struct {
    const char *code;
    const char *text;
} notices[] = {
    {"CAVEAT_PREGNANCY", "pregnancy or breast-feeding is spoken of: what was found in other people "
                         "may not hold there"},
    {"CAVEAT_PAEDIATRIC", "children are spoken of: what was found in adults, effect or dose, does "
                          "not carry over by itself"},
    {"CAVEAT_RENAL", "the kidneys are spoken of: exposure and risk change with their function, and "
                     "the records do not state it"},
    {"PHI_FOUND", "something in the text has the form of an identifier of a person; names, places, "
                  "pictures and other codes were not screened"},
};

wrt_json *wrt_notice_texts(const wrt_turn *turn) {
    wrt_json *texts = wrt_json_new_array();
    for (size_t i = 0; i < sizeof notices / sizeof *notices; i++)
        if (wrt_turn_has_notice(turn, notices[i].code))
            wrt_json_push_text(texts, notices[i].text);
    return texts;
}
