import subprocess
import sys

import pytest

from conftest import RECIPE


def run(*arguments):
    return subprocess.run(
        [sys.executable, RECIPE / "make.py", *arguments],
        capture_output=True,
        text=True,
        check=False,
    )


def test_help_names_every_goal():
    text = run("--help").stdout
    for word in ("models", "experiment", "pack", "--small", "--out", "--threads", "--device"):
        assert word in text


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (("--small", "--device", "cuda"), "on the CPU"),
        (("pack", "--small"), "--into"),
        (("--device", "tpu"), "invalid choice"),
        (("unknown",), "invalid choice"),
    ],
)
def test_senseless_calls_are_refused(arguments, reason, tmp_path):
    result = run(*arguments, "--out", str(tmp_path))
    assert result.returncode == 2
    assert reason in result.stderr
    assert not list(tmp_path.iterdir())
