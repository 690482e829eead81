#define _GNU_SOURCE
#include "CZlib.h"

#include <string.h>

int ez_deflate_init(z_stream *stream, int level) { return deflateInit(stream, level); }

// 15 window bits + 32: accept gzip and zlib headers alike.
int ez_inflate_init_gzip(z_stream *stream) { return inflateInit2(stream, 15 + 32); }

const void *ez_memmem(const void *haystack, size_t length, const void *needle, size_t size) {
  return memmem(haystack, length, needle, size);
}
