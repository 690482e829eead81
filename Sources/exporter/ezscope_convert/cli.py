"""The command line of `ezscope-convert`."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from itertools import chain
from pathlib import Path

from ezscope_convert.sources import Row, rows
from ezscope_export import __version__, ending
from ezscope_export.errors import BAD_DATA, USAGE, ExportError
from ezscope_export.needs import need

_EPILOG = """\
Columns of lists become evidence: target_logprobs, reference_logprobs, target_ranks, token_ids,
tokens and their usual other names; single values become id, label, text or metadata. Parquet, Arrow
and Feather need pyarrow, Excel openpyxl, PyTorch files torch. Pickles are refused: they run code.
"""


def parser() -> argparse.ArgumentParser:
    """The options."""
    result = argparse.ArgumentParser(
        prog="ezscope-convert",
        description="Turns a table of log-probabilities or scores into what ezscope opens.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    result.add_argument("--version", action="version", version=__version__)
    result.add_argument(
        "inputs",
        nargs="+",
        type=Path,
        metavar="IN",
        help="Parquet, Arrow, Feather, npz, .pt, .xlsx, JSON lines, Python's spelling; or a folder",
    )
    result.add_argument(
        "output",
        type=Path,
        metavar="OUT",
        help="a .safetensors, .jsonl, .jsonl.gz or .csv file; of .safetensors evidence a .parquet",
    )
    result.add_argument(
        "--row-group",
        type=int,
        default=16_384,
        metavar="N",
        help="sequences in a row group of Parquet (default: 16384)",
    )
    result.add_argument(
        "--side",
        choices=("target", "reference"),
        default="target",
        help="whose lists are that do not say it, such as token_logprobs",
    )
    result.add_argument(
        "--rename",
        action="append",
        default=[],
        metavar="OLD=NEW",
        help="take a column under another name, such as lp=target_logprobs; may be repeated",
    )
    return result


def main(arguments: list[str] | None = None) -> int:
    """Runs the command line; returns the exit status."""
    try:
        options = parser().parse_args(arguments)
    except SystemExit as stop:
        return USAGE if stop.code else 0
    return ending.run("ezscope-convert", lambda: _run(options))


def _run(options: argparse.Namespace) -> int:
    need("this command", "", "numpy")
    from ezscope_convert.writers import write_csv, write_evidence, write_json_lines

    output: Path = options.output
    for path in options.inputs:
        if path.exists() and output.exists() and path.samefile(output):
            raise ExportError(
                "is the input as well", "name another file", where=str(output), code=USAGE
            )
    if output.suffix == ".parquet":
        return _to_parquet(options)
    if output.suffix == ".safetensors" and not options.rename and _is_parquet(options.inputs):
        from ezscope_convert.parquet import read_parquet

        return _said(output, read_parquet(output, options.inputs, options.inputs[0].stem))
    renamed = dict(_pair(word) for word in options.rename)
    found = chain.from_iterable(rows(path) for path in options.inputs)
    table = _renamed(found, renamed) if renamed else found
    first = next(table, None)
    if first is None:
        raise ExportError(
            "has no rows", "write it again", where=str(options.inputs[0]), code=BAD_DATA
        )
    table = chain([first], table)
    name = output.name
    if name.endswith(".safetensors"):
        count = write_evidence(output, table, options.side, options.inputs[0].stem)
    elif name.endswith((".jsonl", ".jsonl.gz")):
        count = write_json_lines(output, table)
    elif name.endswith(".csv"):
        count = write_csv(output, table)
    else:
        raise ExportError(
            "its name says no format",
            "end it in .safetensors, .jsonl, .jsonl.gz or .csv",
            where=str(output),
            code=USAGE,
        )
    return _said(output, count)


def _said(output: Path, count: int) -> int:
    following = "" if output.suffix == ".parquet" else f"; next: ezscope check {output}"
    print(f"{output}: {count} rows{following}")
    return 0


def _to_parquet(options: argparse.Namespace) -> int:
    inputs: list[Path] = options.inputs
    if len(inputs) != 1 or inputs[0].suffix != ".safetensors":
        raise ExportError(
            "Parquet is written of one .safetensors file",
            "bring tables and split evidence into one first: ezscope convert IN OUT.safetensors",
            code=USAGE,
        )
    if options.row_group < 1:
        raise ExportError(f"--row-group {options.row_group}: must be 1 or more", code=USAGE)
    need(str(options.output), "parquet")
    from ezscope_convert.parquet import write_parquet

    return _said(options.output, write_parquet(options.output, inputs[0], options.row_group))


def _is_parquet(inputs: list[Path]) -> bool:
    """Whether the inputs are evidence in Parquet, of which nothing must be guessed."""
    try:
        from ezscope_convert.parquet import holds_evidence
    except ImportError:
        return False
    return all(path.exists() for path in inputs) and holds_evidence(inputs)


def _pair(word: str) -> tuple[str, str]:
    old, separator, new = word.partition("=")
    if not (old and separator and new):
        raise ExportError(f"--rename {word}: is no OLD=NEW", "write lp=target_logprobs", code=USAGE)
    return old, new


def _renamed(table: Iterator[Row], names: dict[str, str]) -> Iterator[Row]:
    for row in table:
        yield {names.get(name, name): value for name, value in row.items()}
