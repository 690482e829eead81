"""The command line of `ezscope-cluster`: what comes home from an engine.

It is not in the package `ezscope_cluster`, which cannot be imported without pyarrow: here that is
missed with a sentence.
"""

from __future__ import annotations

import sys
from pathlib import Path

from ezscope_export import __version__, ending
from ezscope_export.errors import printable
from ezscope_export.needs import need
from ezscope_export.options import Parser


def main(arguments: list[str] | None = None) -> int:
    """Runs the command line; returns the exit status."""
    p = Parser("ezscope-cluster", description="Brings scores home that an engine computed.")
    p.add_argument("--version", action="version", version=__version__)
    p.add_argument("folder", type=Path, help="a folder of Parquet scores with its manifest")
    p.add_argument("out", type=Path, metavar="OUT.csv", help="one table, for ezscope")
    options = p.parse_args(arguments)
    return ending.run("ezscope-cluster", lambda: _gather(options.folder, options.out))


def _gather(folder: Path, out: Path) -> int:
    need("this command", "cluster")
    from ezscope_cluster.gather import gather, unscored

    written, left_out = gather(folder, out)
    if left_out:
        for number, (name, error) in enumerate(unscored(folder)):
            if number == 20:
                break
            print(f"left out: {printable(name)}: {printable(error, 200)}", file=sys.stderr)
    print(f"{out}: {written:,} rows, {left_out:,} left out; next: ezscope {out}")
    return 0
