"""What a plain installation leaves out, and how it is had."""

from __future__ import annotations

from importlib.util import find_spec

from ezscope_export.errors import USAGE, ExportError, listed

# The extras of `pyproject.toml`, by the modules that they bring.
EXTRAS = {
    "export": ("torch", "transformers", "peft", "safetensors"),
    "cluster": ("pyarrow",),
    "parquet": ("pyarrow",),
    "datasets": ("datasets",),
}


def need(what: str, extra: str, *modules: str) -> None:
    """Raises where some of an extra's modules are missing that `what` needs; all unless named.

    With the extra `""` the modules are those of the package itself.
    """
    missing = [name for name in modules or EXTRAS[extra] if find_spec(name) is None]
    if missing:
        raise ExportError(
            f"{what} needs {listed(missing)}, not installed here", install(extra), code=USAGE
        )


def install(extra: str) -> str:
    """The command that brings an extra."""
    return f"pip install 'ezscope[{extra}]'" if extra else "pip install ezscope"
