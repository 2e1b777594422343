#pragma once

#include <zlib.h>

/// deflateInit2 is a macro that adds the version and the size of the structure.
static inline int czlib_gzip_init(z_stream *stream, int level) {
    // 15 bits of window, and 16 for a gzip wrapper.
    return deflateInit2(stream, level, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY);
}
