"""The scripts read TOML with Python's own library, which older ones do not have."""

import sys

collect_ignore = ["test_packages.py"] if sys.version_info < (3, 11) else []
