/* Loaded into a program with LD_PRELOAD. While FULL_DISK_FLAG names a file, whatever lies below the folder that the file
   names cannot be written to, as on a full disk. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/uio.h>
#include <unistd.h>

static int is_full(int fd) {
    const char *flag = getenv("FULL_DISK_FLAG");
    int saved = errno, file = flag ? open(flag, O_RDONLY | O_CLOEXEC) : -1;
    if (file < 0) {
        errno = saved;
        return 0;
    }
    char folder[PATH_MAX], link[64], path[PATH_MAX];
    ssize_t length = read(file, folder, sizeof folder - 1);
    close(file);
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t named = readlink(link, path, sizeof path - 1);
    errno = saved;
    if (length <= 0 || named <= length || memcmp(path, folder, length) != 0) return 0;
    errno = ENOSPC;
    return 1;
}

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

ssize_t write(int fd, const void *bytes, size_t count) {
    static __typeof__(&write) real;
    if (!real) real = REAL(write);
    return is_full(fd) ? -1 : real(fd, bytes, count);
}

ssize_t pwrite(int fd, const void *bytes, size_t count, off_t offset) {
    static __typeof__(&pwrite) real;
    if (!real) real = REAL(pwrite);
    return is_full(fd) ? -1 : real(fd, bytes, count, offset);
}

ssize_t pwritev(int fd, const struct iovec *parts, int count, off_t offset) {
    static __typeof__(&pwritev) real;
    if (!real) real = REAL(pwritev);
    return is_full(fd) ? -1 : real(fd, parts, count, offset);
}

int posix_fallocate(int fd, off_t offset, off_t length) {
    static __typeof__(&posix_fallocate) real;
    if (!real) real = REAL(posix_fallocate);
    return is_full(fd) ? ENOSPC : real(fd, offset, length);
}
