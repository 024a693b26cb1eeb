/* test_worker.c: the smallest program that can be a tool worker. */
#include "agent/host/toolhost.h"
#include "base/hash.h"

#include <string.h>

int main(int argc, char **argv) {
    wrt_crypto_init();
    if (argc > 1 && strcmp(argv[1], "__worker") == 0)
        return wrt_toolhost_worker(argc, argv);
    return 2;
}
