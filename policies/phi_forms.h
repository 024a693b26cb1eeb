/* phi_forms.h: the written forms of identifiers, of their look-alikes, and check digits; private to
 * the screening (phi.c). Positions are byte offsets into the text; a matcher is called where a word
 * begins and returns the end of what it matched, or 0. */
#ifndef WRT_POLICIES_PHI_FORMS_H
#define WRT_POLICIES_PHI_FORMS_H

#include "policies/phi.h"

/* ---- characters */
bool wrt_phi_is_digit(wrt_str text, size_t at);
bool wrt_phi_is_letter(wrt_str text, size_t at); /* ASCII */
bool wrt_phi_is_word(wrt_str text, size_t at);   /* letter, digit, or a byte beyond ASCII */
/* No word goes on at `at`. */
bool wrt_phi_is_end(wrt_str text, size_t at);
/* Digits from `at` on, at most `max`. */
size_t wrt_phi_count_digits(wrt_str text, size_t at, size_t max);
/* The word at `at` in any case; its length, or 0. `words` is separated by spaces, "_" in it stands
 * for one or more spaces. */
size_t wrt_phi_match_word(wrt_str text, size_t at, const char *words);
/* One of the words stands within `reach` bytes before `at`, in the same paragraph. */
bool wrt_phi_has_before(wrt_str text, size_t at, size_t reach, const char *words);
bool wrt_phi_has_after(wrt_str text, size_t at, size_t reach, const char *words);

/* ---- phi_checks.c */
bool wrt_phi_luhn(const char *digits, size_t n);       /* ISO/IEC 7812-1 */
bool wrt_phi_npi_holds(const char *digits);            /* 10 digits; Luhn with the prefix 80840 */
bool wrt_phi_dea_holds(const char *digits);            /* 7 digits */
bool wrt_phi_vin_holds(const char *vin);               /* 17 characters; 49 CFR 565.15 */
bool wrt_phi_gtin_holds(const char *digits, size_t n); /* GS1 mod 10 */
bool wrt_phi_iban_holds(const char *iban, size_t n);   /* ISO 13616, mod 97 */
bool wrt_phi_cas_holds(const char *digits, size_t n);  /* the last digit is the check digit */
bool wrt_phi_nhs_holds(const char *digits);            /* 10 digits, mod 11 */

/* ---- phi_lookalike.c */
size_t wrt_phi_lookalike(wrt_str text, size_t at);

/* ---- phi_dates.c */
size_t wrt_phi_match_date(wrt_str text, size_t at);
size_t wrt_phi_match_age(wrt_str text, size_t at);

/* ---- phi_network.c */
size_t wrt_phi_match_email(wrt_str text, size_t at);
size_t wrt_phi_match_url(wrt_str text, size_t at);
size_t wrt_phi_match_ip(wrt_str text, size_t at);

/* ---- phi_numbers.c */
size_t wrt_phi_match_account(wrt_str text, size_t at);
size_t wrt_phi_match_dea(wrt_str text, size_t at);
size_t wrt_phi_match_device(wrt_str text, size_t at);
size_t wrt_phi_match_fax(wrt_str text, size_t at);
size_t wrt_phi_match_licence(wrt_str text, size_t at);
size_t wrt_phi_match_mrn(wrt_str text, size_t at);
size_t wrt_phi_match_npi(wrt_str text, size_t at);
size_t wrt_phi_match_phone(wrt_str text, size_t at);
size_t wrt_phi_match_plan(wrt_str text, size_t at);
size_t wrt_phi_match_ssn(wrt_str text, size_t at);
size_t wrt_phi_match_vehicle(wrt_str text, size_t at);
size_t wrt_phi_match_zip(wrt_str text, size_t at);

#endif
