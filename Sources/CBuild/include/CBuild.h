#pragma once

/// The commit that the program was built from and its day, as `HASH DAY`; empty where nobody said.
const char *cb_source(void);
