"""`python -m ezscope_cluster`."""

import sys

from ezscope_export.cluster_cli import main

sys.exit(main())
