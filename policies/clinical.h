/* clinical.h: what a text tells a person to do about their health, and who it is about.
 *
 * Directives: a dose for one person, starting or stopping a medicine, a diagnosis of the person
 * addressed; words of an emergency; and whether pregnancy, childhood or the kidneys are spoken of,
 * since what holds for other adults may not hold there. Reports ("participants took 20 mg") are no
 * directives, nor is what stands in a quotation whose sentence names a source. Patterns over tokens
 * (pattern.h), in English; how often they err on labelled sentences is printed in FIGURES.md. */
#ifndef WRT_POLICIES_CLINICAL_H
#define WRT_POLICIES_CLINICAL_H

#include "policies/tokens.h"

/* Sorted as their names are. */
typedef enum {
    WRT_CLINICAL_DIAGNOSIS,
    WRT_CLINICAL_DOSING,
    WRT_CLINICAL_EMERGENCY,
    WRT_CLINICAL_PAEDIATRIC,
    WRT_CLINICAL_PREGNANCY,
    WRT_CLINICAL_RENAL,
    WRT_CLINICAL_START_STOP,
    WRT_CLINICAL_KINDS
} wrt_clinical_kind;

const char *wrt_clinical_name(wrt_clinical_kind kind); /* "diagnosis", "dosing", ... */

/* Bit 1 << kind for every kind found. O(tokens * patterns). */
unsigned wrt_clinical_read(const wrt_sentence *sentence);
unsigned wrt_clinical_read_text(wrt_str text);

/* Research of concern: asking how to make, spread or strengthen what harms (not how it acts). The
 * categories follow the US policy on dual use research of concern (2024), section 4. */
typedef enum {
    WRT_HAZARD_AGENT_ENHANCEMENT, /* more virulent, transmissible or resistant agents */
    WRT_HAZARD_GERMLINE_EDITING,  /* heritable editing of human embryos or gametes */
    WRT_HAZARD_TOXIN_PRODUCTION,  /* making, purifying or dispersing toxins and agents */
    WRT_HAZARD_KINDS
} wrt_hazard_kind;

const char *wrt_hazard_name(wrt_hazard_kind kind);
unsigned wrt_hazard_read(const wrt_sentence *sentence);

#endif
