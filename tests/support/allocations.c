/* allocations.c: see allocations.h. Counts are not atomic: for programs of one thread. */
#include "tests/support/allocations.h"

#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define UNDER_SANITIZER 1
#endif
#endif
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define UNDER_SANITIZER 1
#endif

static size_t count;

size_t allocations_so_far(void) {
    return count;
}

#ifdef UNDER_SANITIZER
/* As in sanitizer/allocator_interface.h, which not every compiler brings along.
 * NOLINTNEXTLINE(bugprone-reserved-identifier) */
int __sanitizer_install_malloc_and_free_hooks(void (*malloc_hook)(const volatile void *, size_t),
                                              void (*free_hook)(const volatile void *));

static void count_malloc(const volatile void *block, size_t size) {
    (void)block;
    (void)size;
    count++;
}

static void ignore_free(const volatile void *block) {
    (void)block;
}

void allocations_start(void) {
    (void)__sanitizer_install_malloc_and_free_hooks(count_malloc, ignore_free);
}
#else
/* The C library's own functions behind the names that are taken over here.
 * NOLINTBEGIN(bugprone-reserved-identifier) */
extern void *__libc_malloc(size_t size);
extern void *__libc_calloc(size_t n, size_t size);
extern void *__libc_realloc(void *block, size_t size);
__attribute__((visibility("default"))) void *malloc(size_t size);
__attribute__((visibility("default"))) void *calloc(size_t n, size_t size);
__attribute__((visibility("default"))) void *realloc(void *block, size_t size);

void *malloc(size_t size) {
    count++;
    return __libc_malloc(size);
}

void *calloc(size_t n, size_t size) {
    count++;
    return __libc_calloc(n, size);
}

void *realloc(void *block, size_t size) {
    count++;
    return __libc_realloc(block, size);
}
/* NOLINTEND(bugprone-reserved-identifier) */

void allocations_start(void) {
}
#endif
