"""The bill of materials: everything pinned is on it, once, and it is the same every time."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SCRIPT = ROOT / ".ci/sbom"

pytestmark = pytest.mark.skipif(sys.version_info < (3, 11), reason="the script needs tomllib")


def _bill() -> bytes:
    return subprocess.run([sys.executable, SCRIPT], check=True, capture_output=True).stdout


def test_it_names_every_pin_once():
    bill = json.loads(_bill())
    assert (bill["bomFormat"], bill["specVersion"]) == ("CycloneDX", "1.5")
    parts = {part["bom-ref"]: part for part in bill["components"]}
    assert len(parts) == len(bill["components"])
    swift = re.findall(r'exact: "([^"]+)"', (ROOT / "Package.swift").read_text())
    found = [part["version"] for ref, part in parts.items() if "swift:" in ref]
    assert sorted(found) == sorted(swift)
    pins = (ROOT / "Sources/exporter/requirements-test.txt").read_text()
    for name, version in re.findall(r"^([\w-]+)==(\S+)$", pins, re.M):
        assert parts[f"python:{name}"]["version"] == version
    assert {"system:z", "system:sqlite3", "system:ncursesw"} <= parts.keys()
    for needs in bill["dependencies"]:
        assert set(needs["dependsOn"]) <= parts.keys()


def test_it_is_the_same_every_time_and_says_nothing_of_the_machine():
    text = _bill()
    assert text == _bill()
    assert str(ROOT).encode() not in text and b"timestamp" not in text
