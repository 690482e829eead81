"""`python -m ezscope_convert`."""

import sys

from ezscope_convert.cli import main

sys.exit(main())
