"""The second implementation of the attacks, `Tests/Conformance`: no code is shared with ezscope."""

from __future__ import annotations

import sys
from pathlib import Path

try:
    import tomllib
except ModuleNotFoundError:  # Python 3.10
    import tomli as tomllib  # type: ignore[no-redef]

    sys.modules["tomllib"] = tomllib

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "Tests" / "Conformance"))

import reference  # noqa: E402
import sample  # noqa: E402

__all__ = ["reference", "sample", "tomllib"]
