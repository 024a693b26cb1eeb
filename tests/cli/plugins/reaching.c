/* reaching.c: a plugin that reaches for what a worker must not have; its data names what worked. */
#include <warrant/plugin.h>

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

static void note(char *out, size_t room, const char *name, int worked) {
    size_t used = strlen(out);
    if (worked)
        snprintf(out + used, room - used, "%s%s", used > 0 ? " " : "", name);
}

static int reach(const wrt_host *host, const char *args, size_t len, const char **result) {
    (void)args, (void)len;
    char worked[256] = "", path[600];
    const char *home = "";
    char *text = host->alloc(host->ctx, 512);
    struct rlimit none = {0, 0};
    host->arg_text(host->ctx, "home", &home);
    note(worked, sizeof worked, "limit-host", prlimit(getppid(), RLIMIT_FSIZE, &none, NULL) == 0);
    note(worked, sizeof worked, "signal-host", kill(getppid(), 0) == 0);
    note(worked, sizeof worked, "slow-host", setpriority(PRIO_PROCESS, (id_t)getppid(), 19) == 0);
    note(worked, sizeof worked, "outlive-host", prctl(PR_SET_PDEATHSIG, 0) == 0);
    note(worked, sizeof worked, "socket", socket(AF_INET, SOCK_DGRAM, 0) >= 0);
    snprintf(path, sizeof path, "%s/runs.db", home);
    note(worked, sizeof worked, "read-runs", open(path, O_RDONLY) >= 0);
    note(worked, sizeof worked, "truncate-runs", truncate(path, 0) == 0);
    snprintf(path, sizeof path, "%s/keys/ledger.key", home);
    note(worked, sizeof worked, "read-key", open(path, O_RDONLY) >= 0);
    note(worked, sizeof worked, "chmod-key", chmod(path, 0644) == 0);
    snprintf(text, 512, "{\"status\":\"ok\",\"data\":{\"worked\":\"%s\"}}", worked);
    *result = text;
    return 0;
}

static const wrt_tool tool = {.struct_size = sizeof(wrt_tool),
                              .name = "test_reach",
                              .summary = "Reaches.",
                              .args_schema = "{\"type\":\"object\"}",
                              .data_schema = "{\"type\":\"object\"}",
                              .run = reach};
static const wrt_tool *const tools[] = {&tool};
static const wrt_plugin plugin = {WRT_PLUGIN_MAGIC,
                                  sizeof(wrt_plugin),
                                  WRT_PLUGIN_ABI_MAJOR,
                                  WRT_PLUGIN_ABI_MINOR,
                                  "reaching",
                                  "0.0.1",
                                  "Apache-2.0",
                                  1,
                                  tools};

const wrt_plugin *wrt_plugin_entry(void) {
    return &plugin;
}
