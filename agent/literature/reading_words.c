/* reading_words.c: words of direction and the classes of words around them. */
#include "agent/literature/reading_words.h"

#include "policies/tokens.h"

#include <stddef.h>
#include <string.h>

/* ---- words of direction */

/* Verbs by their stems, with the regular endings of English; other forms have their own rows. */
static const struct {
    const char *stem;
    wrt_turn_kind turn;
} verbs[] = {
    {"lower", WRT_TURN_DOWN},       {"reduce", WRT_TURN_DOWN},
    {"decrease", WRT_TURN_DOWN},    {"suppress", WRT_TURN_DOWN},
    {"inhibit", WRT_TURN_DOWN},     {"attenuate", WRT_TURN_DOWN},
    {"mitigate", WRT_TURN_DOWN},    {"counteract", WRT_TURN_DOWN},
    {"prevent", WRT_TURN_DOWN},     {"relieve", WRT_TURN_DOWN},
    {"alleviate", WRT_TURN_DOWN},   {"diminish", WRT_TURN_DOWN},
    {"lessen", WRT_TURN_DOWN},      {"decline", WRT_TURN_DOWN},
    {"abolish", WRT_TURN_DOWN},     {"abrogate", WRT_TURN_DOWN},
    {"eliminate", WRT_TURN_DOWN},   {"blunt", WRT_TURN_DOWN},
    {"dampen", WRT_TURN_DOWN},      {"minimize", WRT_TURN_DOWN},
    {"minimise", WRT_TURN_DOWN},    {"halve", WRT_TURN_DOWN},
    {"shorten", WRT_TURN_DOWN},     {"downregulate", WRT_TURN_DOWN},
    {"blocked", WRT_TURN_DOWN},     {"blocks", WRT_TURN_DOWN},
    {"fell", WRT_TURN_DOWN},        {"fallen", WRT_TURN_DOWN},
    {"dropped", WRT_TURN_DOWN},     {"raise", WRT_TURN_UP},
    {"increase", WRT_TURN_UP},      {"elevate", WRT_TURN_UP},
    {"augment", WRT_TURN_UP},       {"enhance", WRT_TURN_UP},
    {"potentiate", WRT_TURN_UP},    {"boost", WRT_TURN_UP},
    {"stimulate", WRT_TURN_UP},     {"promote", WRT_TURN_UP},
    {"double", WRT_TURN_UP},        {"prolong", WRT_TURN_UP},
    {"upregulate", WRT_TURN_UP},    {"heighten", WRT_TURN_UP},
    {"rose", WRT_TURN_UP},          {"risen", WRT_TURN_UP},
    {"cause", WRT_TURN_CAUSE},      {"induce", WRT_TURN_CAUSE},
    {"produce", WRT_TURN_CAUSE},    {"elicit", WRT_TURN_CAUSE},
    {"evoke", WRT_TURN_CAUSE},      {"trigger", WRT_TURN_CAUSE},
    {"provoke", WRT_TURN_CAUSE},    {"precipitate", WRT_TURN_CAUSE},
    {"improve", WRT_TURN_BENEFIT},  {"ameliorate", WRT_TURN_BENEFIT},
    {"worsen", WRT_TURN_HARM},      {"aggravate", WRT_TURN_HARM},
    {"exacerbate", WRT_TURN_HARM},  {"impair", WRT_TURN_HARM},
    {"deteriorate", WRT_TURN_HARM},
};

static const struct {
    wrt_reading_cue cue;
    const char *words;
} lists[] = {
    {{WRT_SAYS_CHANGE, WRT_TURN_DOWN, true},
     "reduction reductions decrease decreases decline declines fall falls drop drops lowering "
     "inhibition suppression attenuation prevention"},
    {{WRT_SAYS_CHANGE, WRT_TURN_UP, true},
     "increase increases rise rises elevation elevations induction stimulation augmentation "
     "enhancement"},
    {{WRT_SAYS_CHANGE, WRT_TURN_BENEFIT, true}, "improvement improvements amelioration"},
    {{WRT_SAYS_CHANGE, WRT_TURN_HARM, true},
     "worsening aggravation exacerbation exacerbations deterioration impairment"},
    {{WRT_SAYS_MORE, WRT_TURN_DOWN, false}, "lower less fewer smaller lowest shorter"},
    {{WRT_SAYS_MORE, WRT_TURN_UP, false}, "higher greater more larger elevated highest longer"},
    {{WRT_SAYS_MORE, WRT_TURN_BENEFIT, false}, "better"},
    {{WRT_SAYS_MORE, WRT_TURN_HARM, false}, "worse poorer"},
    {{WRT_SAYS_EFFECT, WRT_TURN_NONE, false},
     "effect effects difference differences change changes changed changing influence influences "
     "influenced influencing impact impacts affect affects affected affecting alter alters "
     "altered altering alteration alterations modulate modulates modulated modulating modify "
     "modifies modified modifying regulate regulates regulated regulating differ differed differs "
     "role benefit benefits superior advantage"},
    {{WRT_SAYS_ASSOCIATION, WRT_TURN_NONE, false},
     "association associations associated correlation correlations correlated correlate "
     "correlates relationship relationships related linked predictor predictors predict predicts "
     "predicted predictive"},
    {{WRT_SAYS_EQUAL, WRT_TURN_NONE, false},
     "similar comparable unchanged unaffected equivalent unaltered identical"},
};

/* True when word is stem with an English verb ending; a final e is dropped before "ing". */
static bool is_form_of(const char *word, const char *stem) {
    static const char *const endings[] = {"", "s", "es", "d", "ed", "ing"};
    size_t base = strlen(stem), keep = stem[base - 1] == 'e' ? base - 1 : base;
    if (word[0] != stem[0] || strncmp(word, stem, keep) != 0)
        return false;
    for (size_t i = 0; i < sizeof endings / sizeof *endings; i++) {
        bool drops_e = strlen(endings[i]) == 3;
        if ((drops_e || strncmp(word, stem, base) == 0) &&
            strcmp(word + (drops_e ? keep : base), endings[i]) == 0)
            return true;
    }
    return false;
}

wrt_reading_cue wrt_reading_cue_of(const char *word) {
    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++)
        if (wrt_word_in(word, lists[i].words))
            return lists[i].cue;
    for (size_t i = 0; i < sizeof verbs / sizeof *verbs; i++)
        if (is_form_of(word, verbs[i].stem))
            return (wrt_reading_cue){WRT_SAYS_CHANGE, verbs[i].turn, false};
    return (wrt_reading_cue){0};
}

/* ---- words around them */

static const char *const sets[WRT_SETS] = {
    [WRT_SET_NEGATION] =
        "no neither nor failed fail fails unable lack lacked lacks lacking without non "
        "ineffective",
    [WRT_SET_BREAK] =
        "whereas while but although though however despite unless except because since ; :",
    [WRT_SET_RELATIVE] = "that which who whose whom where when if whether what how",
    [WRT_SET_AUXILIARY] =
        "is are was were be been being has have had having did does do can will led lead leads "
        "leading result results resulted resulting showed shows show shown demonstrated "
        "demonstrates exhibited experienced displayed tended failed fails proved appears",
    [WRT_SET_PREDICATE] =
        "a an the to in on with of for by at as and its their any also both able effective "
        "efficacious significant marked substantial modest overall mean average relative "
        "absolute direct additional independent independently found observed reported noted "
        "seen shown demonstrated associated related linked strongly risk statistically "
        "clinically factor factors important dose dependent time stronger further only however "
        "thus therefore once useful relevant meaningful appreciable detectable consistent "
        "systematic measurable prove proven have has had been be being lead led result resulted "
        "evidence",
    [WRT_SET_PREPOSITION] =
        "in among for of during after with at before by on from to under following within over "
        "per due",
    [WRT_SET_LINK] =
        "by with after under in following during among receiving taking on between using from "
        "to for of based according",
    [WRT_SET_FILLER] =
        "the a an of was were is are be been being had has seen observed found reported noted "
        "detected recorded shown level levels value values concentration concentrations risk "
        "rate rates incidence prevalence frequency score scores group groups arm arms both all "
        "patients patient treated assigned allocated randomized randomised randomly use "
        "treatment therapy administration supplementation intake those who received receiving "
        "given users significantly markedly as well women men children adults participants "
        "subjects individuals people rats mice animals infants volunteers to from mg kg ml g "
        "mmol l mm hg dl day days daily week weeks month months year years hours hour h min "
        "minutes dose doses per oral intravenous regular at end and % ± = < > / . , p ( ) : - + "
        "* point points percent percentage mean median about approximately further "
        "statistically clinically either their this these micrograms milligrams microg ug iu "
        "units isolated repeated",
    [WRT_SET_BESIDE] =
        "level levels value values concentration concentrations score scores rate rates "
        "incidence risk prevalence frequency severity event events episode episodes symptom "
        "symptoms formation development progression due in of by with after at during following "
        "from to among between on for within over under and or is are was were be been has have "
        "had did does do than compared relative versus vs when while whereas but although as "
        "not also , . ; : ! ( ) \" ' = < > ± / both using via through without that which who "
        "because per significantly markedly only alone again thereafter",
    [WRT_SET_OTHER_THING] =
        "patients people subjects participants individuals women men children adults users "
        "those who whose whom which that than when where by clearance resistance resistant loss "
        "absence remission resolution recovery reversal tolerance inhibitor inhibitors "
        "antagonist antagonists blocker blockers withdrawal deficiency removal degradation "
        "breakdown treatment treatments therapy therapies prevention medication medications "
        "drugs drug survival prognosis outcome outcomes quality time onset interval threshold "
        "protection against free freedom without lack control need demand use costs cost "
        "knowledge awareness detection diagnosis screening sensitivity specificity whether via "
        "through model models cells due secondary related unrelated associated rather not "
        "instead until before despite per",
    [WRT_SET_MEASURE] =
        "level levels value values risk risks rate rates incidence prevalence frequency "
        "severity amount likelihood odds probability concentration concentrations development "
        "occurrence number numbers proportion chance chances episodes magnitude extent burden "
        "hazard percentage onset formation amounts degree factor factors intensity symptoms "
        "signs reports events cases",
    [WRT_SET_GROUP] =
        "group groups arm arms users user recipients patients patient participants subjects "
        "women men children adults individuals people animals mice rats treated exposed "
        "treatment therapy program programme programmes programs regimen protocol procedure "
        "procedures infusion injection injections capsules tablets cream gel spray extract care "
        "pretreatment monotherapy exposure consumption status ingestion seropositivity "
        "infection coating supplements supplementation intake administration use condition "
        "conditions phase period cohort infants mothers - activity activities tendency "
        "tendencies",
    [WRT_SET_INVERSE] =
        "than versus vs without withdrawal withdrawing stopping cessation discontinuation "
        "discontinuing deficiency lack lacking absence except instead despite never avoiding "
        "avoidance refusing untreated stopped discontinued quit quitting ceased ceasing "
        "withdrew withheld missed missing adjustment adjusting adjusted controlling controlled "
        "accounting independent independently regardless irrespective delay delays delaying "
        "postponing postponement timing",
    [WRT_SET_LESS] =
        "no not non anti low lower lowest reduced reduction reducing decreased decreasing "
        "decrease less lowering loss insufficient inadequate poor deficient minimising "
        "minimizing limiting limited inhibition inhibiting inhibited inhibitor inhibitors "
        "blockade blocking blocked blockers blocker antagonist antagonists antagonism depletion "
        "silencing knockdown knockout deletion neutralization neutralizing suppression "
        "suppressing restriction resistance resistant intolerance tolerance short shorter "
        "shortening slow slowing early earlier delayed delaying",
    [WRT_SET_OPPONENT] =
        "withdrawal discontinuation deficiency cessation antagonist antagonists antagonism "
        "inhibitor inhibitors inhibition blocker blockers blockade knockout knockdown deficient "
        "resistance resistant receptor receptors antibody antibodies depletion deprivation "
        "restriction starvation avoidance metabolite metabolites gene genes allele alleles "
        "antisense null negative free naive intolerance intolerant allergy reduction loss "
        "induced",
    [WRT_SET_COMBINED] = "plus combined combination combining added cotreatment coadministration",
    [WRT_SET_COMPARED] = "than versus vs compared relative comparison",
    [WRT_SET_CONTROL] =
        "placebo control controls sham untreated vehicle baseline saline usual standard "
        "nonusers before pretreatment healthy normal expected population unexposed nonsmokers "
        "none dummy waiting",
    [WRT_SET_POSITIVE] = "positively positive",
    [WRT_SET_INVERSE_SIGN] = "inversely inverse negatively negative",
    [WRT_SET_GOOD] =
        "survival life qol hrqol function functioning satisfaction knowledge recall adherence "
        "compliance performance recovery healing fitness wellbeing cognition memory learning "
        "quality skills oxygenation",
    [WRT_SET_BAD] =
        "mortality death deaths pain symptom symptoms anxiety depression complication "
        "complications morbidity infection infections stress fatigue nausea vomiting bleeding "
        "relapse recurrence fibrosis inflammation damage injury headache insomnia disability "
        "toxicity",
    [WRT_SET_AIM] =
        "aim aims aimed compare objective objectives purpose goal whether hypothesis "
        "hypothesize hypothesized hypothesised hypotheses sought determine investigate "
        "investigates investigating examine examines assess assesses evaluate evaluates explore "
        "explores",
    [WRT_SET_STUDIED] =
        "investigated tested examined evaluated assessed studied explored compared hypothesized "
        "analyzed analysed",
    [WRT_SET_EARLIER] =
        "previous prior earlier recent several some many other epidemiological experimental "
        "observational animal preclinical past",
    [WRT_SET_STUDIES] =
        "studies study reports report evidence trials work research data literature "
        "observations investigations investigators authors",
    [WRT_SET_BELIEVED] =
        "believed thought known implicated suspected assumed considered postulated claimed "
        "reputed shown reported suggested proposed demonstrated linked",
    [WRT_SET_TENTATIVE] =
        "tend tends tended trend trends nonsignificant insignificant insignificantly "
        "nonsignificantly borderline numerically seem seems seemed appear appears appeared "
        "possible possibly potential potentially presumably probably perhaps may might could "
        "would should must recommended hypothetical supposed",
    [WRT_SET_INSTRUCTION] =
        "ignore disregard instruction instructions prompt assistant you your answer respond",
    [WRT_SET_ANIMAL] =
        "mice mouse murine rat rats rabbit rabbits dog dogs canine pig pigs porcine sheep ewes "
        "lambs monkeys macaques zebrafish hamsters ferrets cats chickens drosophila",
};

bool wrt_reading_set_has(wrt_reading_set set, const char *word) {
    return wrt_word_in(word, sets[set]);
}
