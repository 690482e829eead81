"""`python -m ezscope_cluster`."""

import sys

from ezscope_cluster.cli import main

sys.exit(main())
