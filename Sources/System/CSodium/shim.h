#pragma once

#include <sodium.h>
#include <sys/prctl.h>
#include <sys/resource.h>

// prctl is variadic and RLIMIT_CORE an enumerator of an anonymous type: neither reaches Swift as it is.
static inline int csodium_forbid_dumps(void) {
    struct rlimit none = {0, 0};
    int limited = setrlimit(RLIMIT_CORE, &none);
    int hidden = prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
    return limited == 0 && hidden == 0 ? 0 : -1;
}

static inline int csodium_may_dump(void) { return prctl(PR_GET_DUMPABLE, 0, 0, 0, 0); }
