"""Writing packages: the same content and time give the same bytes, wherever and whenever."""

from __future__ import annotations

import base64
import gzip
import hashlib
import io
import os
import shutil
import subprocess
import tarfile
import time
import zipfile
from pathlib import Path

import tomllib

from packages.binary import Needs
from packages.content import (
    LICENSE_FILE,
    MANUAL,
    NOTICES,
    PROGRAM,
    ROOT,
    ZSH,
    Content,
    File,
    version,
)
from packages.errors import PackagingError

EXPORTER = ROOT / "Sources/exporter"


def write_tar(folder: Path, content: Content, needs: Needs, seconds: int) -> Path:
    """The content alone, to be unpacked anywhere."""
    name = f"ezscope-{version()}-linux-{needs.machine}"
    made = io.BytesIO()
    with tarfile.open(fileobj=made, mode="w", format=tarfile.USTAR_FORMAT) as archive:
        for place, file in sorted(content.items()):
            entry = tarfile.TarInfo(f"{name}/{place}")
            entry.size, entry.mode, entry.mtime = len(file.data), file.mode, seconds
            archive.addfile(entry, io.BytesIO(file.data))
    path = folder / f"{name}.tar.gz"
    path.write_bytes(gzip.compress(made.getvalue(), mtime=seconds))
    return path


def write_wheel(folder: Path, content: Content, needs: Needs, seconds: int) -> Path:
    """The program beside the exporter: `pip install` puts all of them on the PATH."""
    project = tomllib.loads((EXPORTER / "pyproject.toml").read_text(encoding="utf-8"))
    name, tag = project["project"]["name"], wheel_tag(needs)
    about = f"{name}-{version()}.dist-info/"
    outside = f"{name}-{version()}.data/"
    files: Content = {}
    for place, file in content.items():
        kind = outside + ("scripts/" if place == PROGRAM else "data/")
        files[kind + (place.removeprefix("bin/") if place == PROGRAM else place)] = file
    files |= _modules(project["tool"]["setuptools"])
    scripts = project["project"]["scripts"]
    files[about + "METADATA"] = File(metadata(project["project"]).encode())
    files[about + "WHEEL"] = File(
        f"Wheel-Version: 1.0\nGenerator: ezscope\nRoot-Is-Purelib: false\nTag: {tag}\n".encode()
    )
    files[about + "entry_points.txt"] = File(
        "\n".join(
            ["[console_scripts]", *(f"{k} = {v}" for k, v in sorted(scripts.items())), ""]
        ).encode()
    )
    files[about + "licenses/LICENSE"] = File(LICENSE_FILE.read_bytes())
    files[about + "licenses/copyright"] = content[NOTICES]
    record = about + "RECORD"
    files[record] = File(_record(files, record).encode())
    path = folder / f"{name}-{version()}-{tag}.whl"
    path.write_bytes(_zipped(files, seconds, last=record))
    return path


def wheel_tag(needs: Needs) -> str:
    """Any Python 3, and a glibc that is new enough."""
    return f"py3-none-manylinux_{needs.glibc[0]}_{needs.glibc[1]}_{needs.machine}"


def metadata(project: dict[str, object]) -> str:
    """What `pyproject.toml` says, as a wheel says it."""
    lines = [
        "Metadata-Version: 2.4",
        f"Name: {project['name']}",
        f"Version: {version()}",
        f"Summary: {project['description']}",
        f"License-Expression: {project['license']}",
        "License-File: LICENSE",
        "License-File: copyright",
        f"Requires-Python: {project['requires-python']}",
    ]
    needs, extras = project["dependencies"], project["optional-dependencies"]
    assert isinstance(needs, list) and isinstance(extras, dict)
    lines += [f"Requires-Dist: {need}" for need in needs]
    for extra, wanted in extras.items():
        lines.append(f"Provides-Extra: {extra}")
        lines += [f'Requires-Dist: {need}; extra == "{extra}"' for need in wanted]
    lines.append("Description-Content-Type: text/markdown")
    page = (EXPORTER / str(project["readme"])).read_text(encoding="utf-8")
    return "\n".join(lines) + "\n\n" + page


def _modules(setup: dict[str, object]) -> Content:
    """The exporter's packages with the data that they are declared to have."""
    declared = setup["package-data"]
    names = setup["packages"]
    assert isinstance(declared, dict) and isinstance(names, list)
    found: Content = {}
    for name in names:
        for pattern in ["*.py", *declared.get(name, [])]:
            for path in (EXPORTER / name).glob(pattern):
                found[f"{name}/{path.name}"] = File(path.read_bytes())
    return found


def _record(files: Content, record: str) -> str:
    lines = []
    for place, file in sorted(files.items()):
        digest = base64.urlsafe_b64encode(hashlib.sha256(file.data).digest()).rstrip(b"=")
        lines.append(f"{place},sha256={digest.decode()},{len(file.data)}")
    return "\n".join([*lines, f"{record},,", ""])


def _zipped(files: Content, seconds: int, last: str) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for place in sorted(files, key=lambda place: (place == last, place)):
            entry = zipfile.ZipInfo(place, time.gmtime(seconds)[:6])
            entry.create_system = 3  # Unix: the permissions are read.
            entry.external_attr = (0o100000 | files[place].mode) << 16
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, files[place].data, compresslevel=9)
    return made.getvalue()


def write_deb(folder: Path, content: Content, needs: Needs, seconds: int, work: Path) -> Path:
    """A package for Debian and what is made of it."""
    if not shutil.which("dpkg-deb"):
        raise PackagingError("dpkg-deb is missing (Debian: apt-get install dpkg)")
    shutil.rmtree(work, ignore_errors=True)
    files = {debian_place(place): _debian(place, file) for place, file in content.items()}
    sums = "".join(
        f"{hashlib.md5(file.data, usedforsecurity=False).hexdigest()}  {place}\n"
        for place, file in sorted(files.items())
    )
    size = sum(-(-len(file.data) // 1024) for file in files.values())
    files["DEBIAN/md5sums"] = File(sums.encode())
    files["DEBIAN/control"] = File(control(needs, size).encode())
    for place, file in files.items():
        path = work / place
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(file.data)
        path.chmod(file.mode)
    for path in [work, *work.rglob("*")]:
        if path.is_dir():
            path.chmod(0o755)
        os.utime(path, (seconds, seconds))
    path = folder / f"ezscope_{version()}_{needs.debian}.deb"
    # More threads cut the data elsewhere. Harder work takes a minute more for a tenth less.
    environment = os.environ | {"SOURCE_DATE_EPOCH": str(seconds), "DPKG_DEB_THREADS_MAX": "1"}
    subprocess.run(
        ["dpkg-deb", "--root-owner-group", "-Zxz", "-z1", "--build", work, path],
        check=True,
        env=environment,
        stdout=subprocess.DEVNULL,
    )
    shutil.rmtree(work)
    return path


def debian_place(place: str) -> str:
    """Where Debian has a file of a prefix."""
    if place == ZSH:
        return "usr/share/zsh/vendor-completions/_ezscope"
    return f"usr/{place}.gz" if place.startswith(MANUAL) else f"usr/{place}"


def _debian(place: str, file: File) -> File:
    if not place.startswith(MANUAL):
        return file
    return File(gzip.compress(file.data, compresslevel=9, mtime=0))


def control(needs: Needs, kilobytes: int) -> str:
    """What the package says of itself."""
    glibc = f"{needs.glibc[0]}.{needs.glibc[1]}"
    return f"""\
Package: ezscope
Version: {version()}
Architecture: {needs.debian}
Maintainer: The ezscope maintainers <maintainers@ezscope.invalid>
Installed-Size: {kilobytes}
Depends: libc6 (>= {glibc}), ncurses-base
Recommends: ncurses-term
Section: science
Priority: optional
Description: show where a language model has memorized its training data
 A terminal dashboard and commands that read per-token log-probabilities of a
 fine-tuned model and its base, score every text with membership inference
 attacks, and show which texts the model gives away.
"""
