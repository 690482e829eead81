"""Models by their hub ids, as folders on this machine: looked up once, quickly, and by us.

Everything that follows works on a folder, so no library goes to the network by itself, retries for
minutes, or fetches more than weights, configuration and tokenizer.
"""

from __future__ import annotations

import functools
import os
import re
import threading
import urllib.error
import urllib.request
from pathlib import Path

from ezscope_export.errors import NO_INPUT, ExportError, first_line

_ID = re.compile(r"[A-Za-z0-9][\w.-]*(/[\w.-]+)?")
_WANTED = ["*.json", "*.safetensors", "*.model", "*.txt", "*.jinja", "*.tiktoken"]
_SECONDS = 5.0


def is_id(place: str) -> bool:
    """Whether a place can be the id of a model on the hub."""
    return _ID.fullmatch(place) is not None and not place.startswith((".", "/"))


@functools.cache
def reachable() -> bool:
    """Whether the hub answers at once; a wrong name server would otherwise cost minutes."""
    if os.environ.get("HF_HUB_OFFLINE", "").upper() in ("1", "ON", "YES", "TRUE"):
        return False
    endpoint = os.environ.get("HF_ENDPOINT", "https://huggingface.co")
    answered = threading.Event()

    def ask() -> None:
        try:
            urllib.request.urlopen(
                urllib.request.Request(endpoint, method="HEAD"), timeout=_SECONDS
            ).close()
        except urllib.error.HTTPError:
            pass
        except (OSError, ValueError):
            return
        answered.set()

    thread = threading.Thread(target=ask, daemon=True)
    thread.start()
    thread.join(_SECONDS)
    return answered.is_set()


@functools.cache
def folder_of(place: str, pickled: bool = False, code: bool = False) -> Path:
    """The folder of a model: itself, or what the hub has under that id."""
    folder = Path(place)
    if folder.is_dir():
        return folder
    if not is_id(place):
        raise ExportError("is no folder", "check the path", where=place, code=NO_INPUT)
    from huggingface_hub import snapshot_download

    wanted = _WANTED + (["*.bin"] if pickled else []) + (["*.py"] if code else [])
    online = reachable()
    try:
        return Path(
            snapshot_download(
                place,
                allow_patterns=wanted,
                ignore_patterns=["*/*", "consolidated*"],
                local_files_only=not online,
            )
        )
    except Exception as error:  # The library raises errors of several kinds of network stacks.
        if online:
            raise ExportError(
                f"is neither a folder here nor a model on the hub: {first_line(error)}",
                "check the name; private and gated models need `hf auth login`",
                where=place,
                code=NO_INPUT,
            ) from None
    raise ExportError(
        "is no folder here, is not in the hub's cache, and the hub cannot be reached",
        "check the path, or fetch the model where there is a network: hf download " + place,
        where=place,
        code=NO_INPUT,
    )
