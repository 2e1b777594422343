#pragma once

#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

/// Names the calling thread, at most 15 bytes. prctl(2) is variadic, which Swift cannot call.
static inline void cepoll_name_thread(const char *name) {
    prctl(PR_SET_NAME, name, 0, 0, 0);
}

/// accept4(2), whose prototype hides behind _GNU_SOURCE, which would change what the other C modules see.
///
/// `address` is a sockaddr_storage; naming it here would make its fields this module's instead of the C library's.
static inline int cepoll_accept(int descriptor, void *address, unsigned int *length, int flags) {
    return (int)syscall(SYS_accept4, descriptor, address, length, flags);
}
