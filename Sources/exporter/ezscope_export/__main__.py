"""`python -m ezscope_export`."""

import sys

from ezscope_export.cli import main

sys.exit(main())
