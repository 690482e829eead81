#ifndef EZSCOPE_CZLIB_H
#define EZSCOPE_CZLIB_H

#include <stddef.h>
#include <zlib.h>

// deflateInit and inflateInit2 are macros, which Swift does not import.
int ez_deflate_init(z_stream *stream, int level);
int ez_inflate_init_gzip(z_stream *stream);

// memmem is a GNU extension that the Glibc module does not export.
const void *ez_memmem(const void *haystack, size_t length, const void *needle, size_t size);

#endif
