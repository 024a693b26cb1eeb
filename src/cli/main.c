/* main.c: the program warrant. Started as "warrant __worker PLUGIN [KG]" it is a tool worker. */
#include "agent/host/toolhost.h"
#include "base/hash.h"
#include "cli/cli.h"

#include <signal.h>
#include <string.h>

int main(int argc, char **argv) {
    wrt_crypto_init();
    if (argc > 1 && strcmp(argv[1], "__worker") == 0)
        return wrt_toolhost_worker(argc, argv);
    signal(SIGPIPE, SIG_IGN); /* a reader that goes away is a write error, not a death */
    return wrt_cli_main(argc, argv);
}
