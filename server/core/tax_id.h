/*
 * Tax ids of businesses: numbers for value added tax as the EU exchanges them (VIES), two letters
 * of the country that gave it (EL is Greece, XI Northern Ireland) and what that country writes.
 * They are told by their form alone; whether somebody has one, only the country's authority knows.
 * Forms: the structures that the European Commission publishes with VIES, as of 2024.
 */
#ifndef CORE_TAX_ID_H
#define CORE_TAX_ID_H

#include <stdint.h>

enum { TAX_ID_BYTES = 14, TAX_ID_ASKED_BYTES = 40 };

/* Two letters as one number, 256 * first + second; 0: no country of the list. */
uint32_t tax_country(const char *letters);
/* The same of a tax id, which is written to `out` in upper case, without blanks, dots and hyphens;
 * 0: it has no such form. */
uint32_t tax_id_read(const char *text, char out[TAX_ID_BYTES + 1]);

#endif
