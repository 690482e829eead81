"""`python -m ezscope_collect`."""

import sys

from ezscope_collect.cli import main

sys.exit(main())
