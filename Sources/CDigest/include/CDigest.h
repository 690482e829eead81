#ifndef EZSCOPE_CDIGEST_H
#define EZSCOPE_CDIGEST_H

#include <sys/types.h>

#include <sha2.h>

#endif
