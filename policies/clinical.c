/* clinical.c: the patterns of directives, emergencies and hazards. */
#include "policies/clinical.h"

#include "policies/pattern.h"

#include <string.h>

const char *wrt_clinical_name(wrt_clinical_kind kind) {
    static const char *const names[] = {"diagnosis", "dosing", "emergency", "paediatric",
                                        "pregnancy", "renal",  "start_stop"};
    return names[kind];
}

const char *wrt_hazard_name(wrt_hazard_kind kind) {
    static const char *const names[] = {"agent_enhancement", "germline_editing",
                                        "toxin_production"};
    return names[kind];
}

/* ---- directives */

#define NO_DRUG                                                                                    \
    "!into|note|care|this|that|these|it_into|it_as|part|place|advantage|the_result|the_estimate|"  \
    "the_claim|"                                                                                   \
    "the_finding|the_graph|the_model|the_default|caution|account|as|a_look|a_model"
#define NO_WORK "!by|from|with|here|at|the_run|the_analysis|the_program|reading|on|to_adjust"

static const char *const dosing[] = {
    "you <should> not|never|only|always|also|then|immediately|now <take> " NO_DRUG,
    "you should|must|ought|shouldn't|mustn't|shall ~ <take> " NO_DRUG,
    "you need|have|ought|needs|want to ~ <take> " NO_DRUG,
    "you can|may|could|might ~ <take> ~ #|<count> <unit>",
    "you can|may|could|might ~ <take> ~ # <unit>",
    "you are|were|be ~ to <take> " NO_DRUG,
    "you're ~ to <take> " NO_DRUG,
    "i|we recommend|advise|suggest|urge ~ you ~ <take> " NO_DRUG,
    "i'd recommend|advise|suggest ~ you ~ <take> " NO_DRUG,
    "^ <take> ~ # <unit>",
    "^ <take> <count> <unit>",
    "^ <take> ~ <count> <unit>",
    "^ <take> <drug>",
    "^ <take> your ~ <medicine>",
    "<change> ~ your ~ <medicine>",
    "<change> ~ your <drug>",
    "your ~ dose|dosage should|must|needs|need|ought",
    "your ~ dose|dosage is #",
    "dose|dosage for you is|should|would",
    "you'd better ~ <take> " NO_DRUG,
    "you had better ~ <take> " NO_DRUG,
    "you will|would|you'll need|have to ~ <take> " NO_DRUG,
    "you'll need|have to ~ <take> " NO_DRUG,
    "let ~ <kin> <take> ~ # <unit>",
    "my advice ~ <take> ~ #|<drug>",
    "<one> should|must|needs|need ~ <take> ~ # <unit>",
    "<kin> should|must|needs|need ~ <take> ~ # <unit>",
    "<kin> should|must|needs|need ~ receive|get ~ # <unit>",
    "give him|her|them ~ # <unit>",
    "give your <kin> ~ # <unit>",
    NULL};

static const char *const start_stop[] = {
    "you should|must|ought|shouldn't|mustn't|shall ~ <act> " NO_WORK,
    "you need|have|ought|want to ~ <act> " NO_WORK,
    "you can|may|could|might safely|now <act> " NO_WORK,
    "you are|were|be ~ to <act> " NO_WORK,
    "you're ~ to <act> " NO_WORK,
    "i|we recommend|advise|suggest|urge ~ you ~ <act> " NO_WORK,
    "i|we recommend|advise|suggest|urge stopping|starting|discontinuing ~ your",
    "^ stop|start|begin|quit|resume|continue|keep|cease taking|using|injecting",
    "^ don't take|stop|start|use ~ <drug>",
    "^ do not take|stop|start|use ~ <drug>",
    "^ never take|stop|use ~ <drug>",
    "^ stop|start|begin|discontinue|quit|resume|continue|restart ~ <drug>",
    "^ switch ~ to <drug>",
    "^ avoid|skip|hold ~ <drug>",
    "^ come off ~ <drug>",
    "^ come off your",
    "you'd better ~ <act> " NO_WORK,
    "you had better ~ <act> " NO_WORK,
    "you will|would need|have to ~ <act> " NO_WORK,
    "you'll need|have to ~ <act> " NO_WORK,
    "time for you to ~ <act> " NO_WORK,
    "you should|must ~ avoid ~ <drug>",
    "stop|start|discontinue|quit|restart ~ your ~ <medicine>",
    "stop|start|discontinue|quit|restart ~ your ~ <drug>",
    "<one> should|must|needs|need ~ stop|start|discontinue|quit ~ <drug>",
    "<kin> should|must|needs|need ~ stop|start|discontinue|quit ~ <drug>",
    NULL};

static const char *const diagnosis[] = {
    "you ~ have ~ <disease>",
    "you've ~ <disease>",
    "you ~ suffer|suffering from ~ <disease>",
    "you are|were ~ diabetic|hypertensive|anaemic|anemic|depressed|epileptic|septic|infected",
    "you're ~ diabetic|hypertensive|anaemic|anemic|depressed|epileptic|septic|infected",
    ("your ~ symptoms|test|tests|results|labs|scan|rash|pain|cough|fever|values ~ "
     "mean|means|indicate|indicates|show|shows|confirm|confirms|suggest|suggests|is|are ~ "
     "<disease>"),
    "your <kin> ~ has|have ~ <disease>",
    "your diagnosis is",
    "you describe is|sounds ~ <disease>",
    "you ~ developed|caught|contracted ~ <disease>",
    "you ~ diagnosed with",
    "i|we diagnose ~ you",
    "this|the patient ~ has ~ <disease>",
    "he|she ~ has ~ <disease>",
    "this is ~ a case of ~ <disease>",
    NULL};

/* ---- emergencies */

#define NO_STUDY "!data|cohort|patients|study|studies|registry|trial|trials|dataset|relief"

static const char *const emergency[] = {
    "i am|feel|was ~ suicidal",
    "i'm ~ suicidal",
    "<one> is|feels ~ suicidal",
    "my <kin> is|feels ~ suicidal",
    "suicidal now",
    "suicidal right now",
    "kill|hurt|harm|killing|hurting|harming myself|himself|herself",
    "end|ending|take|taking my own life",
    "end|ending my life",
    "i ~ want|wish|plan|intend to die",
    "don't want|wish to live",
    "not want|wish to live",
    "don't want|wish to be alive",
    "not want|wish to be alive",
    "<self> ~ overdosed|overdosing",
    "<one> ~ overdosed|overdosing",
    "my <kin> ~ overdosed|overdosing",
    "<self> ~ took|taken an overdose",
    "<one> ~ took|taken an overdose",
    "my <kin> ~ took|taken an overdose",
    "<self> ~ took|taken|swallowed too many ~ pills|tablets|capsules",
    "<kin> ~ took|taken|swallowed too many ~ pills|tablets|capsules",
    "<self> ~ took|taken|swallowed ~ bottle|box|packet|pack of",
    "<one> ~ took|taken|swallowed ~ bottle|box|packet|pack of",
    "<kin> ~ took|taken|swallowed ~ bottle|box|packet|pack of",
    "end it all",
    "i ~ want to disappear|end_it|end_things",
    "better off dead",
    "<kin> ~ swallowed|drank ~ bleach|poison|battery|batteries|antifreeze",
    "i ~ swallowed|drank ~ bleach|poison|battery|batteries|antifreeze",
    "overdose|overdosed|overdosing|pain|pains|attack now !causes|kills|is|are|and|the|cause|a",
    "overdose|pain|pains|attack right now",
    ("i have|having !a_question|questions|a_study ~ chest pain|pains " NO_STUDY),
    ("i've ~ chest pain|pains " NO_STUDY),
    ("i'm having ~ chest pain|pains " NO_STUDY),
    ("i am having ~ chest pain|pains " NO_STUDY),
    ("<one> has|having ~ chest pain|pains " NO_STUDY),
    ("my <kin> has|having ~ chest pain|pains " NO_STUDY),
    ("<one> is having ~ chest pain|pains " NO_STUDY),
    ("my <kin> is having ~ chest pain|pains " NO_STUDY),
    "i am having a heart|stroke|seizure",
    "i'm having a heart|stroke|seizure",
    "<one> is having a heart|stroke|seizure",
    "my <kin> is having a heart|stroke|seizure",
    "<self> can't|cannot ~ breathe",
    "can't|cannot breathe",
    "i can not breathe",
    "<one> is not|stopped breathing",
    "<one> isn't|stopped breathing",
    "<one> has stopped breathing",
    "my <kin> is|has not|stopped breathing",
    "my <kin> isn't|stopped breathing",
    "my <kin> is ~ unconscious|unresponsive|choking|seizing|collapsed",
    "<one> is ~ unconscious|unresponsive|choking|seizing",
    "<one> collapsed and",
    "my <kin> collapsed|fainted",
    "i am|i'm ~ bleeding ~ heavily|badly|out",
    "i'm ~ bleeding ~ heavily|badly|out",
    "<kin> is ~ bleeding ~ heavily|badly|out",
    "call|need|needs an ambulance",
    "anaphylaxis|anaphylactic ~ right now",
    NULL};

/* ---- contexts */

static const char *const pregnancy_stems[] = {"pregnan",   "gestation", "lactat", "breastfe",
                                              "trimester", "fetal",     "foetal", "fetus",
                                              "foetus",    "teratogen", NULL};
static const char *const paediatric_stems[] = {"child",      "infant",    "neonat",  "newborn",
                                               "paediatric", "pediatric", "toddler", "adolescen",
                                               "babies",     "baby",      NULL};
static const char *const renal_stems[] = {"renal", "kidney",     "dialysis", "egfr",
                                          "nephr", "creatinine", NULL};

static bool has_stem(const wrt_sentence *s, const char *const *stems) {
    for (size_t i = 0; i < s->n; i++)
        for (size_t j = 0; stems[j] != NULL; j++)
            if (strncmp(wrt_sentence_word(s, i), stems[j], strlen(stems[j])) == 0)
                return true;
    return false;
}

/* "suicidal" and nothing else */
static bool is_cry(const wrt_sentence *s) {
    size_t words = 0;
    for (size_t i = 0; i < s->n; i++)
        words += s->tokens[i].kind == WRT_TOKEN_WORD;
    return words == 1 &&
           wrt_sentence_is(s, s->tokens[0].kind == WRT_TOKEN_WORD ? 0 : 1, "suicidal");
}

/* "I am not suicidal, I study lithium" */
static bool denies_emergency(const wrt_sentence *s) {
    static const char *const denials[] = {"not ~ suicidal", "isn't ~ suicidal", "not having",
                                          "never overdosed", NULL};
    return wrt_pattern_find(s, denials, false);
}

static bool is_emergency(const wrt_sentence *s) {
    return (wrt_pattern_find(s, emergency, false) && !denies_emergency(s)) || is_cry(s);
}

unsigned wrt_clinical_read(const wrt_sentence *s) {
    bool skips_quotes = wrt_sentence_is_cited(s);
    unsigned found = 0;
    if (wrt_pattern_find(s, diagnosis, skips_quotes))
        found |= 1u << WRT_CLINICAL_DIAGNOSIS;
    if (wrt_pattern_find(s, dosing, skips_quotes))
        found |= 1u << WRT_CLINICAL_DOSING;
    if (wrt_pattern_find(s, start_stop, skips_quotes))
        found |= 1u << WRT_CLINICAL_START_STOP;
    if (is_emergency(s))
        found |= 1u << WRT_CLINICAL_EMERGENCY;
    if (has_stem(s, paediatric_stems))
        found |= 1u << WRT_CLINICAL_PAEDIATRIC;
    if (has_stem(s, pregnancy_stems))
        found |= 1u << WRT_CLINICAL_PREGNANCY;
    if (has_stem(s, renal_stems))
        found |= 1u << WRT_CLINICAL_RENAL;
    return found;
}

unsigned wrt_clinical_read_text(wrt_str text) {
    wrt_sentences reader;
    wrt_sentence sentence;
    unsigned found = 0;
    wrt_sentences_start(&reader, text);
    while (wrt_sentences_next(&sentence, &reader))
        found |= wrt_clinical_read(&sentence);
    return found;
}

/* ---- hazards */

#define MAKE                                                                                       \
    "make|making|produce|producing|synthesize|synthesise|synthesizing|synthesising|synthesis|"     \
    "production|purify|purifying|purification|extract|extracting|extraction|culture|culturing|"    \
    "weaponize|weaponise|weaponizing|weaponising|aerosolize|aerosolise|aerosolizing|"              \
    "aerosolising|disperse|dispersing|spread|spreading|manufacture|manufacturing|grow|growing|"    \
    "acquire|obtain|build|create|creating"
#define TOXIN                                                                                      \
    "ricin|abrin|sarin|tabun|soman|vx|novichok|saxitoxin|tetrodotoxin|conotoxin|botulinum|"        \
    "anthrax|"                                                                                     \
    "anthracis|mustard|phosgene|epsilon|smallpox|variola|ebola|marburg|pestis|tularensis"
#define STRONGER                                                                                   \
    "transmissible|virulent|lethal|contagious|infectious|deadly|pathogenic|airborne|resistant|"    \
    "transmissibility|virulence|lethality|pathogenicity"
#define AGENT                                                                                      \
    "virus|influenza|h5n1|h7n9|coronavirus|sars|mers|ebola|pathogen|pathogens|bacterium|bacteria|" \
    "anthracis|smallpox|variola|pestis|agent|strain|strains|plague"

static const char *const agent_enhancement[] = {
    "gain - of - function ~ experiment|experiments|protocol|virus|mutations|mutant",
    "make|making|render|rendering|engineer|engineering|create|creating|design|designing|evolve "
    "~ " AGENT " ~ more ~ " STRONGER,
    "make|making|render|rendering|engineer|engineering|create|creating|design|designing|evolve ~ "
    "more ~ " STRONGER " ~ " AGENT,
    "increase|increasing|enhance|enhancing|boost|boosting|raise|raising ~ " STRONGER " ~ " AGENT,
    "make|making|render|engineer|create|design ~ " AGENT " ~ airborne|resistant|transmissible",
    "make|making|render|engineer|create|design ~ airborne|resistant|transmissible ~ " AGENT,
    "evade|evading|escape|escaping|defeat|overcome ~ vaccine|vaccines|immunity ~ " AGENT,
    NULL};

static const char *const germline_editing[] = {
    ("edit|editing|modify|modifying|alter|altering|engineer|engineering ~ "
     "embryo|embryos|germline|zygote|zygotes|gametes|oocytes|sperm"),
    "germline|heritable|embryo ~ editing|edit|edits|modification|engineering",
    "crispr ~ human embryo|embryos|zygotes", "designer baby|babies", NULL};

static const char *const toxin_production[] = {
    MAKE " ~ " TOXIN,
    "how ~ to " MAKE " ~ nerve|toxin|toxins agent|agents|gas",
    MAKE " ~ nerve|blister agent|agents|gas",
    MAKE " ~ chemical|biological|bio weapon|weapons|agent",
    MAKE " ~ bioweapon|bioweapons",
    TOXIN " toxin ~ " MAKE,
    NULL};

unsigned wrt_hazard_read(const wrt_sentence *s) {
    unsigned found = 0;
    if (wrt_pattern_find(s, agent_enhancement, false))
        found |= 1u << WRT_HAZARD_AGENT_ENHANCEMENT;
    if (wrt_pattern_find(s, germline_editing, false))
        found |= 1u << WRT_HAZARD_GERMLINE_EDITING;
    if (wrt_pattern_find(s, toxin_production, false))
        found |= 1u << WRT_HAZARD_TOXIN_PRODUCTION;
    return found;
}
