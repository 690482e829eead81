#include "CBuild.h"

// Package.swift defines it: Swift has no values from the command line, C has.
#ifndef EZSCOPE_SOURCE
#define EZSCOPE_SOURCE ""
#endif

const char *cb_source(void) { return EZSCOPE_SOURCE; }
