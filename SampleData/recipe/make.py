#!/usr/bin/env python3
"""Makes the sample experiment: texts, models, evidence and figures. See README.md beside this.

    python SampleData/recipe/make.py --small --out small    # about five minutes on two cores
    python SampleData/recipe/make.py --out whole            # about an hour
    python SampleData/recipe/make.py --device cuda --lists LISTS --documents DEBS --out packages
    python SampleData/recipe/make.py pack --out whole       # rewrites SampleData from it

Stopped at any moment, the same command goes on where it was.
"""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

import archive
from plan import stages
from stages import Runner, StageFailed, Workshop

HERE = Path(__file__).resolve().parent
GOALS = {
    "texts": "only make the texts, which needs no GPU",
    "models": "only make the texts and train the models",
    "experiment": "also ask the models about the texts, and report",
    "pack": "also write the result into SampleData, or into --into",
}


def main() -> int:
    """Reads the command line and makes what it asks for."""
    parser = argparse.ArgumentParser(
        description=__doc__.splitlines()[0],
        formatter_class=argparse.RawDescriptionHelpFormatter,
        epilog="\n".join(f"{goal:12} {text}" for goal, text in GOALS.items()),
    )
    parser.add_argument("goal", nargs="?", choices=GOALS, default="experiment")
    parser.add_argument("--small", action="store_true", help="a tiny experiment in five minutes")
    parser.add_argument(
        "--out", type=Path, default=Path("experiment"), help="default: ./experiment"
    )
    parser.add_argument(
        "--threads", type=int, default=os.cpu_count() or 1, help="how many cores to use"
    )
    parser.add_argument(
        "--device",
        choices=("cpu", "cuda"),
        default="cpu",
        help="cuda makes a larger experiment, of package descriptions, with larger models",
    )
    parser.add_argument("--lists", type=Path, help="with cuda: a Debian mirror's indices by suite")
    parser.add_argument("--documents", type=Path, help="with cuda: a folder of .deb files")
    parser.add_argument("--into", type=Path, help="where pack writes; default: SampleData")
    parser.add_argument("--stage", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.small and options.device != "cpu":
        parser.error("--small is made on the CPU")
    if options.goal == "pack" and options.into is None and scale_of(options) != "whole":
        parser.error("only the whole experiment is for SampleData: name a folder with --into")
    try:
        outside = folders(options)
    except ValueError as error:
        parser.error(str(error))
    return make(options, outside)


def scale_of(options: argparse.Namespace) -> str:
    """Which of the experiments is to be made."""
    return "small" if options.small else "packages" if options.device == "cuda" else "whole"


def folders(options: argparse.Namespace) -> dict[str, Path]:
    """The folders from outside that it is made of; a ValueError says which is missing."""
    given = {"lists": options.lists, "documents": options.documents}
    if scale_of(options) != "packages":
        for name, folder in given.items():
            if folder is not None:
                raise ValueError(f"--{name} goes with --device cuda")
        return {}
    for name, folder in given.items():
        if folder is None or not folder.is_dir():
            found = f"{folder} is no folder" if folder else "it is missing"
            raise ValueError(f"--device cuda needs --{name} FOLDER: {found}; {archive.HELP}")
    archive.indices(options.lists)
    archive.packages(options.documents)
    return {name: folder.resolve() for name, folder in given.items()}


def make(options: argparse.Namespace, outside: dict[str, Path]) -> int:
    """Runs one stage, or all that the goal needs."""
    scale = scale_of(options)
    workshop = Workshop(options.out.resolve(), stages(scale, options.device, outside))
    if options.stage:
        workshop.run(options.stage)
        return 0
    wanted = {"texts": ["blind", "corpus"], "models": ["models"]}.get(options.goal, ["report"])
    command = [
        sys.executable,
        "-u",
        "-W",
        "ignore",
        str(HERE / "make.py"),
        "--out",
        str(workshop.root),
    ]
    command += ["--small"] if options.small else ["--device", options.device]
    for name, folder in outside.items():
        command += [f"--{name}", str(folder)]
    workshop.root.mkdir(parents=True, exist_ok=True)
    try:
        Runner(workshop, [*command, "--stage"], options.threads).run(wanted)
    except StageFailed as failure:
        print(failure, file=sys.stderr)
        return 1
    link(workshop, {"models": "models", "texts": "records", "experiment": "evidence"})
    if wanted == ["report"]:
        print((workshop.folder("report") / "report.md").read_text())
    if options.goal == "pack":
        from pack import INVENTED, PACKAGES, pack

        evidence, scores, report = map(workshop.folder, ("evidence", "scores", "report"))
        packing = PACKAGES if scale == "packages" else INVENTED
        pack(evidence, scores, report, options.into or HERE.parent, packing)
    return 0


def link(workshop: Workshop, names: dict[str, str]) -> None:
    """Short names in the output folder for what people look for."""
    for name, stage in names.items():
        place = workshop.root / name
        if workshop.done(stage) and not place.exists():
            place.unlink(missing_ok=True)
            place.symlink_to(Path("stages") / stage)


if __name__ == "__main__":
    # Small tensors: more threads than cores of its own only slow a stage down. Nothing is fetched.
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    # Threads that wait by spinning take the time of those that work, wherever cores are shared.
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    os.environ.update(TOKENIZERS_PARALLELISM="false", HF_HUB_OFFLINE="1")
    sys.exit(main())
