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
    words = ("texts", "models", "experiment", "pack", "--small", "--out", "--threads", "--device")
    for word in (*words, "--lists", "--documents"):
        assert word in text


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (("--small", "--device", "cuda"), "on the CPU"),
        (("pack", "--small"), "--into"),
        (("pack", "--device", "cuda"), "--into"),
        (("--device", "cuda"), "--device cuda needs --lists FOLDER: it is missing"),
        (("--device", "cuda", "--lists", "/nowhere"), "/nowhere is no folder"),
        (("--lists", "."), "--lists goes with --device cuda"),
        (("--device", "tpu"), "invalid choice"),
        (("unknown",), "invalid choice"),
    ],
)
def test_senseless_calls_are_refused(arguments, reason, tmp_path):
    result = run(*arguments, "--out", str(tmp_path))
    assert result.returncode == 2
    assert reason in result.stderr
    assert not list(tmp_path.iterdir())


def test_folders_without_what_is_needed_are_told(tmp_path):
    lists, debs, out = tmp_path / "lists", tmp_path / "debs", tmp_path / "out"
    debs.mkdir()
    arguments = ["--device", "cuda", "--lists", lists, "--documents", debs, "--out", out]

    def reason():
        result = run(*map(str, arguments))
        assert result.returncode == 2 and not out.exists()
        return result.stderr

    (lists / "potato").mkdir(parents=True)
    assert "holds no indices of any suite (sid, trixie" in reason()
    (lists / "sid").mkdir()
    (lists / "sid" / "Packages.xz").write_bytes(b"")
    assert "holds no Translation-en" in reason()
    (lists / "sid" / "Translation-en").write_text("")
    assert "holds no .deb files; SampleData/recipe/README.md says what to fetch" in reason()
