"""Packages: what is in them, that it is the same every time, and what no package is made of."""

from __future__ import annotations

import csv
import hashlib
import io
import shutil
import subprocess
import sys
import tarfile
import zipfile
from base64 import urlsafe_b64decode
from email import message_from_string
from pathlib import Path

import pytest
import tomllib

from packages import archives, binary, content, manual, notices, roots, sample
from packages.content import File
from packages.errors import PackagingError

DAY = 1_767_225_600  # 2026-01-01
NEEDS = binary.Needs("x86_64", "amd64", (2, 34))
SCRIPT = b"#!/bin/sh\necho ezscope\n"
CONTENT = {
    content.PROGRAM: File(SCRIPT, runs=True),
    content.ZSH: File(b"#compdef ezscope\n"),
    content.MANUAL + "ezscope.1": File(b'.TH "EZSCOPE" "1"\n'),
    content.SAMPLE + "experiment.toml": File(b'name = "small"\n'),
    content.NOTICES: File(b"terms\n"),
}


def write(kind: str, folder: Path) -> Path:
    folder.mkdir(exist_ok=True)
    if kind == "deb":
        return archives.write_deb(folder, CONTENT, NEEDS, DAY, folder / "work")
    make = {"wheel": archives.write_wheel, "tar": archives.write_tar}[kind]
    return make(folder, dict(reversed(CONTENT.items())), NEEDS, DAY)


@pytest.mark.parametrize("kind", ["deb", "wheel", "tar"])
def test_the_same_content_gives_the_same_bytes(kind: str, tmp_path: Path) -> None:
    if kind == "deb" and not shutil.which("dpkg-deb"):
        pytest.skip("there is no dpkg-deb")
    first, second = write(kind, tmp_path / "a"), write(kind, tmp_path / "b")
    assert first.name == second.name and content.version() in first.name
    assert first.read_bytes() == second.read_bytes()


def test_a_wheel_holds_what_its_record_says(tmp_path: Path) -> None:
    path = write("wheel", tmp_path)
    assert path.name == f"ezscope-{content.version()}-py3-none-manylinux_2_34_x86_64.whl"
    with zipfile.ZipFile(path) as archive:
        names = archive.namelist()
        data = {name: archive.read(name) for name in names}
        modes = {entry.filename: entry.external_attr >> 16 & 0o777 for entry in archive.infolist()}
    record = names[-1]
    assert record.endswith(".dist-info/RECORD") and len(set(names)) == len(names)
    rows = {
        name: (digest, size)
        for name, digest, size in csv.reader(io.StringIO(data[record].decode()))
    }
    assert set(rows) == set(names) and rows[record] == ("", "")
    for name, (digest, size) in rows.items():
        if name != record:
            found = urlsafe_b64decode(digest.removeprefix("sha256=") + "==")
            assert found == hashlib.sha256(data[name]).digest() and int(size) == len(data[name])
    program = f"ezscope-{content.version()}.data/scripts/ezscope"
    assert data[program] == SCRIPT and modes[program] == 0o755
    assert modes[record] == 0o644
    assert data["ezscope_export/version.txt"].decode().strip() == content.version()


def test_a_wheel_says_of_itself_what_the_project_says(tmp_path: Path) -> None:
    project = tomllib.loads((archives.EXPORTER / "pyproject.toml").read_text())["project"]
    said = message_from_string(archives.metadata(project))
    assert (said["Name"], said["Version"]) == ("ezscope", content.version())
    needs = said.get_all("Requires-Dist") or []
    plain = [need for need in needs if "extra ==" not in need]
    assert plain == project["dependencies"] and "torch" not in " ".join(plain)
    assert said.get_all("Provides-Extra") == list(project["optional-dependencies"])
    assert 'torch>=2.4; extra == "export"' in needs


def test_pip_installs_the_wheel(tmp_path: Path) -> None:
    path = write("wheel", tmp_path)
    words = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-index"]
    target = tmp_path / "env"
    subprocess.run(
        [sys.executable, *words, "--no-deps", "--ignore-installed", "--prefix", target, path],
        check=True,
    )
    commands = {place.name for place in (target / "bin").iterdir()}
    project = tomllib.loads((archives.EXPORTER / "pyproject.toml").read_text())["project"]
    assert commands == {"ezscope", *project["scripts"]}
    assert subprocess.check_output([target / "bin/ezscope"]) == b"ezscope\n"
    assert (target / "share/ezscope/SampleData/experiment.toml").is_file()
    assert (target / "share/man/man1/ezscope.1").is_file()


@pytest.mark.skipif(not shutil.which("dpkg-deb"), reason="there is no dpkg-deb")
def test_a_debian_package_holds_what_debian_expects_where(tmp_path: Path) -> None:
    path = write("deb", tmp_path)
    assert path.name == f"ezscope_{content.version()}_amd64.deb"
    said = subprocess.check_output(["dpkg-deb", "--field", path], text=True)
    fields = message_from_string(said)
    assert fields["Depends"] == "libc6 (>= 2.34), ncurses-base"
    listed = subprocess.check_output(["dpkg-deb", "--fsys-tarfile", path])
    with tarfile.open(fileobj=io.BytesIO(listed)) as archive:
        entries = {entry.name.removeprefix("./"): entry for entry in archive}
    assert {entry.mtime for entry in entries.values()} == {DAY}
    assert {(entry.uid, entry.gid) for entry in entries.values()} == {(0, 0)}
    assert entries["usr/bin/ezscope"].mode == 0o755
    assert {
        "usr/share/man/man1/ezscope.1.gz",
        "usr/share/zsh/vendor-completions/_ezscope",
        "usr/share/ezscope/SampleData/experiment.toml",
        "usr/share/doc/ezscope/copyright",
    } <= entries.keys()


# The program.


def test_a_program_that_needs_more_than_glibc_is_refused() -> None:
    listed = """
     0x0000000000000001 (NEEDED)             Shared library: [libm.so.6]
     0x0000000000000001 (NEEDED)             Shared library: [libz.so.1]
     0x000000000000000e (SONAME)             Library soname: [libme.so]
    """
    assert binary.libraries(listed) == ["libm.so.6", "libz.so.1"]


def test_the_newest_symbol_decides_which_glibc_is_needed() -> None:
    listed = """
    0000000000000000      DF *UND*  0000000000000000 (GLIBC_2.2.5) puts
    0000000000000000      DF *UND*  0000000000000000  GLIBC_2.34  pthread_create
    0000000000000000  w   D  *UND*  0000000000000000              __gmon_start__
    0000000000012340 g    DF .text  0000000000000010  GLIBC_2.99  own
    """
    assert binary.newest_symbols(listed) == (2, 34)
    with pytest.raises(PackagingError):
        binary.newest_symbols("")


@pytest.mark.skipif(not shutil.which("readelf"), reason="there is no readelf")
def test_programs_are_judged_by_what_they_link(tmp_path: Path) -> None:
    if not shutil.which("gcc"):
        pytest.skip("there is no compiler")
    source = tmp_path / "a.c"
    source.write_text('#include <stdio.h>\nint main(void) { puts("a"); return 0; }\n')
    program = tmp_path / "a"
    subprocess.run(["gcc", "-o", program, source], check=True)
    assert binary.needs(program).machine in ("x86_64", "aarch64")
    more = ["-Wl,--no-as-needed", "-lgcc_s"]
    subprocess.run(["gcc", "-o", program, source, *more], check=True)
    with pytest.raises(PackagingError, match=r"libgcc_s\.so\.1"):
        binary.needs(program)


def test_the_time_is_that_of_the_commit() -> None:
    said = "ezscope 0.1.0 (commit 0123456789ab of 2026-01-01)\n"
    assert content.time_of(said, None) == DAY
    assert content.time_of(said, "1800000000") == 1_800_000_000
    assert content.time_of(said, "0") == content.EARLIEST
    with pytest.raises(PackagingError, match="SOURCE_DATE_EPOCH"):
        content.time_of("ezscope 0.1.0 (unknown commit)", None)


# The sample.

MANIFEST = """\
name = "Two methods"
common = ["texts"]

[[reference]]
name = "base"
files = ["base"]

[[reference]]
name = "other"
files = ["other"]

# The one to look at first.
[[run]]
name = "f1"
method = "full"
files = ["f1"]
reference = "base"

[[run]]
name = "f2"
method = "full"
scores = "scores/f2"
reference = "other"

[[run]]
name = "l1"
method = "lora"
files = ["l1"]
reference = "base"
"""


@pytest.fixture
def experiment(tmp_path: Path) -> Path:
    (tmp_path / "scores").mkdir()
    (tmp_path / "experiment.toml").write_text(MANIFEST)
    sizes = {"texts": 10, "base": 10, "other": 10, "f1": 30, "l1": 30, "scores/f2": 30}
    for name, size in sizes.items():
        (tmp_path / name).write_bytes(b"x" * size)
    (tmp_path / "README.md").write_text("not part of the experiment")
    return tmp_path


def names(files: dict[str, bytes]) -> tuple[list[str], list[str]]:
    manifest = tomllib.loads(files["experiment.toml"].decode())
    return [run["name"] for run in manifest["run"]], [
        base["name"] for base in manifest["reference"]
    ]


def test_a_sample_that_fits_is_whole(experiment: Path) -> None:
    files = sample.selected(experiment, most=1000)
    assert files["experiment.toml"].decode() == MANIFEST
    assert set(files) == {
        "experiment.toml", "texts", "base", "other", "f1", "l1", "scores/f2",
    }  # fmt: skip


def test_a_sample_has_every_method_before_it_has_one_twice(experiment: Path) -> None:
    files = sample.selected(experiment, most=80)
    assert names(files) == (["f1", "l1"], ["base"])
    assert set(files) == {"experiment.toml", "texts", "base", "f1", "l1"}


def test_a_run_that_does_not_fit_makes_way_for_a_smaller_one(experiment: Path) -> None:
    (experiment / "l1").write_bytes(b"x" * 500)
    assert names(sample.selected(experiment, most=100)) == (["f1", "f2"], ["base", "other"])
    with pytest.raises(PackagingError, match="no run fits"):
        sample.selected(experiment, most=5)


def test_the_samples_own_manifest_can_be_cut() -> None:
    folder = content.ROOT / "SampleData"
    files = sample.selected(folder)
    assert sum(map(len, files.values())) <= sample.MOST + len(files["experiment.toml"])
    manifest = tomllib.loads(files["experiment.toml"].decode())
    whole = tomllib.loads((folder / "experiment.toml").read_text())
    methods = {run["method"] for run in whole["run"]}
    # What the tour and the first screens need: tokens under two methods, and controls.
    assert len({run["method"] for run in manifest["run"] if run.get("files")}) >= 2
    assert {run["method"] for run in manifest["run"]} == methods
    few = tomllib.loads(sample.selected(folder, 6_500_000)["experiment.toml"].decode())
    assert [run for run in whole["run"] if run in few["run"]] == few["run"]


# Pages.

DESCRIBED = """
{"serializationVersion": 0, "command": {
  "commandName": "ezscope", "abstract": "Show it.", "defaultSubcommand": "look", "subcommands": [
    {"commandName": "look", "abstract": "Look.", "shouldDisplay": true, "arguments": [
      {"kind": "positional", "isOptional": true, "isRepeating": true, "valueName": "paths",
       "shouldDisplay": true, "abstract": "What."},
      {"kind": "option", "isOptional": false, "isRepeating": false, "valueName": "n",
       "names": [{"kind": "long", "name": "max-n"}, {"kind": "short", "name": "n"}],
       "preferredName": {"kind": "long", "name": "max-n"}, "defaultValue": "5",
       "allValues": ["5", "6"], "shouldDisplay": true, "abstract": "How many\\\\each.",
       "discussion": ".not a request"},
      {"kind": "flag", "isOptional": true, "isRepeating": false, "shouldDisplay": false,
       "names": [{"kind": "long", "name": "secret"}], "abstract": "Hidden."}]},
    {"commandName": "help", "abstract": "Help.", "shouldDisplay": true}]}}
"""


def test_pages_say_what_the_parser_says() -> None:
    pages = manual.pages(DESCRIBED, "0.1.0", DAY)
    assert set(pages) == {"ezscope.1", "ezscope-look.1"}
    page = pages["ezscope-look.1"]
    assert page.startswith('.TH "EZSCOPE\\-LOOK" "1" "2026-01-01" "ezscope 0.1.0"')
    assert "\\fB\\-\\-max\\-n\\fR, \\fB\\-n\\fR \\fIn\\fR" in page
    assert "How many\\eeach. One of 5, 6. Without it: 5." in page
    assert "\\&.not a request" in page and "Hidden" not in page and "secret" not in page
    assert ".B ezscope look\n[\\fIpaths\\fR...] \\fB\\-\\-max\\-n\\fR \\fIn\\fR" in page
    assert ".BR ezscope\\-look (1)" in pages["ezscope.1"]


@pytest.mark.skipif(not shutil.which("groff"), reason="there is no groff")
def test_pages_are_understood_without_a_warning() -> None:
    for page in manual.pages(DESCRIBED, "0.1.0", DAY).values():
        ran = subprocess.run(
            ["groff", "-man", "-Tutf8", "-Kutf8", "-ww"],
            input=page,
            capture_output=True,
            text=True,
            check=True,
        )
        assert not ran.stderr and "Look" in ran.stdout


# Terms and places.


def test_whose_terms_are_not_known_is_not_packed(tmp_path: Path) -> None:
    stray = tmp_path / "libstray.a"
    stray.touch()
    with pytest.raises(PackagingError):
        notices._owner(stray)
    with pytest.raises(PackagingError, match=r"\.ci/release"):
        notices._terms(tmp_path / "none")


def test_the_changes_begin_with_this_version() -> None:
    changes = (content.ROOT / ".github/CHANGELOG.md").read_text()
    heading = next(line for line in changes.splitlines() if line.startswith("## "))
    assert heading.split()[1] == content.version()


def test_an_emptied_environment_is_the_last_resort(tmp_path: Path) -> None:
    root = roots.Root(tmp_path / "root", roots.Way.EMPTIED)
    root.add_system()
    assert root.words("/usr/bin/ezscope", "a") == [str(tmp_path / "root/usr/bin/ezscope"), "a"]
    assert root.environment()["PATH"] == "/nonexistent"
