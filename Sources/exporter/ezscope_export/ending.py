"""How every command ends: a status, and on standard error a sentence instead of a traceback."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable

from ezscope_export.errors import INPUT_OUTPUT, SOFTWARE, ExportError, first_line


def run(name: str, work: Callable[[], int], *, resumes: str = "", kept: str = "") -> int:
    """Does a command's work and returns its exit status.

    `resumes` says what an interrupted run can be taken up with, `kept` what of it is there when a
    library fails.
    """
    try:
        return work()
    except ExportError as error:
        print(f"{name}: {error}", file=sys.stderr)
        return error.code
    except KeyboardInterrupt:
        print(f"\n{name}: stopped{'; ' if resumes else ''}{resumes}", file=sys.stderr)
        return 130
    except BrokenPipeError:
        return INPUT_OUTPUT
    except OSError as error:
        problem = f"{error.filename}: {error.strerror}" if error.filename else str(error)
        print(f"{name}: {problem}", file=sys.stderr)
        return INPUT_OUTPUT
    except Exception as error:
        if os.environ.get("EZSCOPE_TRACEBACK"):
            raise
        print(f"{name}: {_unforeseen(error, kept)}", file=sys.stderr)
        return SOFTWARE


def _unforeseen(error: Exception, kept: str) -> str:
    """A sentence for what no check foresaw."""
    kind, said = type(error).__name__, first_line(error)
    left = f"{kept}; " if kept else ""
    if kind in ("OutOfMemoryError", "MemoryError") or "can't allocate memory" in said:
        return (
            f"the memory does not suffice\n  {left}pass a smaller --memory or --batch-size, "
            "--dtype bfloat16, or --device-map auto"
        )
    return f"a library fails: {kind}: {said}\n  {left}EZSCOPE_TRACEBACK=1 shows where, for a report"
