"""Sizes as people write them."""

from __future__ import annotations

import re

from ezscope_export.errors import USAGE, ExportError

_UNITS = {"": 1, "k": 1 << 10, "m": 1 << 20, "g": 1 << 30}


def parse_size(text: str) -> int:
    """Bytes from `512M`, `2GiB`, `1000000`."""
    match = re.fullmatch(r"\s*(\d+(?:\.\d+)?)\s*([kmg]?)(?:i?b)?\s*", text.lower())
    if not match:
        raise ExportError(f"{text!r} is no size", "write it as 512M or 2GiB", code=USAGE)
    return int(float(match.group(1)) * _UNITS[match.group(2)])
