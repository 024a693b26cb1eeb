/* replay.c: runs a fuzz target over stored files, without libFuzzer.
 *
 * Arguments are folders; every regular file directly in them is one input, in the order of names.
 * Each input is copied into a block of exactly its size, so that AddressSanitizer sees a read past
 * its end. A replay over nothing is a failure: an empty corpus must not look like a passed test. */
#include <dirent.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { INPUT_MAX = 16 << 20 };

/* Runs one file; false when it cannot be read whole. */
static bool replay_file(const char *path, size_t size) {
    uint8_t *bytes = malloc(size == 0 ? 1 : size);
    FILE *file = fopen(path, "rb");
    bool is_read = bytes != NULL && file != NULL && fread(bytes, 1, size, file) == size;
    if (is_read) {
        (void)LLVMFuzzerTestOneInput(bytes, size);
    }
    if (file != NULL) {
        (void)fclose(file);
    }
    free(bytes);
    return is_read;
}

/* Number of files run in the folder, or -1 after an error was printed. */
static int replay_folder(const char *folder) {
    struct dirent **entries = NULL;
    int found = scandir(folder, &entries, NULL, alphasort);
    if (found < 0) {
        (void)fprintf(stderr, "replay: cannot list %s\n", folder);
        return -1;
    }
    int count = 0;
    for (int i = 0; i < found; i++) {
        char path[4096];
        struct stat info;
        int len = snprintf(path, sizeof path, "%s/%s", folder, entries[i]->d_name);
        free(entries[i]);
        bool is_file =
            len > 0 && (size_t)len < sizeof path && stat(path, &info) == 0 && S_ISREG(info.st_mode);
        if (!is_file || count < 0) {
            continue;
        }
        if (info.st_size > INPUT_MAX || !replay_file(path, (size_t)info.st_size)) {
            (void)fprintf(stderr, "replay: cannot read %s (at most %d bytes)\n", path,
                          (int)INPUT_MAX);
            count = -1;
        } else {
            count++;
        }
    }
    free(entries);
    return count;
}

int main(int argc, char **argv) {
    int total = 0;
    for (int i = 1; i < argc; i++) {
        int count = replay_folder(argv[i]);
        if (count < 0) {
            return 1;
        }
        total += count;
    }
    (void)printf("replayed %d inputs\n", total);
    return total > 0 ? 0 : 1;
}
