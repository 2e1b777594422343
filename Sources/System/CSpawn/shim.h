#pragma once

#include <spawn.h>
#include <sys/wait.h>

// glibc 2.34 has these, but declares them only to sources that define _GNU_SOURCE, which no shim may.
extern int posix_spawn_file_actions_addchdir_np(posix_spawn_file_actions_t *actions, const char *path);
extern int posix_spawn_file_actions_addclosefrom_np(posix_spawn_file_actions_t *actions, int first);

/// Waits until `pid` has ended and leaves it to be reaped, so that its number is not given to another meanwhile.
static inline int cspawn_await_end(pid_t pid) {
    siginfo_t info;
    return waitid(P_PID, (id_t)pid, &info, WEXITED | WNOWAIT);
}
