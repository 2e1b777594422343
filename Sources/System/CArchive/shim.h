#pragma once

#include <archive.h>
#include <archive_entry.h>
#include <locale.h>

/// AE_IFREG is a macro with a cast, which Swift does not see.
static inline void carchive_set_regular_file(struct archive_entry *entry) {
    archive_entry_set_filetype(entry, AE_IFREG);
}

/// The character set of C.UTF-8 and nothing else of it; NULL when the system lacks that locale.
static inline locale_t carchive_utf8_locale(void) {
    return newlocale(LC_CTYPE_MASK, "C.UTF-8", (locale_t)0);
}
