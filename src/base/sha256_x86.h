/* sha256_x86.h: the compression function of SHA-256 by the SHA extensions of x86-64 processors;
 * private to src/base. About eight times as fast as portable code. */
#ifndef WRT_BASE_SHA256_X86_H
#define WRT_BASE_SHA256_X86_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Whether this processor has them; false on others than x86-64. */
bool wrt_sha256_x86_usable(void);

/* Takes n blocks of 64 bytes into the state (FIPS 180-4 section 6.2.2: eight words, a to h). Only
 * where wrt_sha256_x86_usable. */
void wrt_sha256_x86_blocks(uint32_t state[8], const unsigned char *blocks, size_t n);

#endif
