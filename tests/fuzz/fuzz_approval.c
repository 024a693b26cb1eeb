/* fuzz_approval.c: a file that says it is an approval. Whatever its bytes are: nothing crashes, it
 * does not count where no key may grant, and no name in it leads out of its folder. */
#include "agent/act/approval.h"
#include "base/file.h"

#include <stdint.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char digest[] = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

/* Made once; the folder of what was used must never appear in it. */
static char home[] = "/tmp/warrant-fuzz-approval-XXXXXX";
static char *folder, *file, *used;

static void remove_home(void) {
    unlink(file);
    rmdir(folder);
    rmdir(home);
    free(file);
    free(folder);
    free(used);
}

static void make_home(void) {
    wrt_crypto_init();
    if (mkdtemp(home) == NULL)
        abort();
    folder = wrt_path_join(home, "approvals");
    file = wrt_path_join(folder,
                         "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad.json");
    used = wrt_path_join(folder, "used");
    if (mkdir(folder, 0700) != 0)
        abort();
    atexit(remove_home);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    wrt_approval_grant grant;
    wrt_err err = {0};
    if (folder == NULL)
        make_home();
    if (wrt_file_write(file, (wrt_str){(const char *)data, size}, 0600, NULL) != WRT_OK)
        return 0;
    if (wrt_approval_take(&grant, home, digest, 1500000, &err) != WRT_E_DENIED ||
        err.message[0] == '\0' || !wrt_file_exists(file) || wrt_file_exists(used))
        abort();
    return 0;
}
