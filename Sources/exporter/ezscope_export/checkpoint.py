"""A model's folder before anything is loaded: are its weights there, whole, and what?"""

from __future__ import annotations

import json
import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ezscope_export.errors import NO_INPUT, ExportError, listed, printable

_POINTER = b"version https://git-lfs"
_LARGEST_HEADER = 100 << 20
_EMBEDDINGS = re.compile(
    r"(^|\.)(embed_tokens|wte|embed_in|word_embeddings|embeddings|lm_head|embed_out)\.weight$"
)
_STATE = ("trainer_state.json", "training_args.bin", "optimizer.bin", "scheduler.bin")


@dataclass(frozen=True)
class TensorFact:
    """What a file says of a tensor."""

    dtype: str
    shape: tuple[int, ...]


@dataclass(frozen=True)
class Weights:
    """The files with a model's weights, and the tensors in them."""

    files: tuple[Path, ...]
    tensors: dict[str, TensorFact]
    pickled: bool

    @property
    def rows(self) -> int | None:
        """Rows of the embeddings or the last layer, where a tensor has a name that tells."""
        found = [t.shape[0] for n, t in self.tensors.items() if _EMBEDDINGS.search(n) and t.shape]
        for name, tensor in self.tensors.items():
            if "lora_embedding_A" in name and len(tensor.shape) == 2:
                found.append(tensor.shape[1])
        return max(found, default=None)

    @property
    def dtype(self) -> str | None:
        """The floating-point type of most of the tensors."""
        names = {"F64": "float64", "F32": "float32", "F16": "float16", "BF16": "bfloat16"}
        counts: dict[str, int] = {}
        for tensor in self.tensors.values():
            if tensor.dtype in names:
                counts[names[tensor.dtype]] = counts.get(names[tensor.dtype], 0) + 1
        return max(counts, key=lambda name: counts[name]) if counts else None


def files_that_count(folder: Path) -> list[Path]:
    """The files of a model on which its numbers depend, in one order."""
    endings = (".json", ".safetensors", ".bin", ".model", ".txt", ".jinja", ".py", ".tiktoken")
    return [
        path
        for path in sorted(folder.iterdir())
        if path.suffix in endings and path.name not in _STATE and path.is_file()
    ]


def model_weights(folder: Path, place: str, pickled: bool) -> Weights:
    """The weights of a whole model."""
    if not (folder / "config.json").exists():
        raise _no_model(folder, place, "config.json")
    return _weights(folder, place, ("model.safetensors", "pytorch_model.bin"), pickled)


def adapter_weights(folder: Path, place: str, pickled: bool) -> Weights:
    """The weights of an adapter."""
    return _weights(folder, place, ("adapter_model.safetensors", "adapter_model.bin"), pickled)


def read_json(path: Path) -> dict[str, Any]:
    """A model's JSON file, or what is wrong with it."""
    try:
        value = json.loads(path.read_bytes())
    except OSError as error:
        raise ExportError(
            f"cannot be read: {error.strerror}", where=str(path), code=NO_INPUT
        ) from None
    except (ValueError, RecursionError):
        pointer = path.read_bytes()[: len(_POINTER)] == _POINTER
        raise ExportError(
            "is a Git LFS pointer, not the file itself" if pointer else "is not JSON",
            "fetch it: git lfs pull" if pointer else "fetch or write the model again",
            where=str(path),
            code=NO_INPUT,
        ) from None
    if not isinstance(value, dict):
        raise ExportError("is not a JSON object", where=str(path), code=NO_INPUT)
    return value


def _weights(folder: Path, place: str, names: tuple[str, str], pickled: bool) -> Weights:
    safe, pickle = names
    for name in (safe, safe + ".index.json"):
        if (folder / name).exists():
            tensors: dict[str, TensorFact] = {}
            files = _files(folder, name)
            for file in files:
                tensors.update(safetensors_header(file))
            return Weights(tuple(files), tensors, False)
    for name in (pickle, pickle + ".index.json"):
        if not (folder / name).exists():
            continue
        if not pickled:
            raise ExportError(
                f"its weights are pickled ({name}), which can run a stranger's code when opened",
                "save them again with safe_serialization=True, or pass --allow-pickle if you made "
                "them yourself",
                where=place,
            )
        tensors = {}
        files = _files(folder, name)
        for file in files:
            tensors.update(_pickled_header(file))
        return Weights(tuple(files), tensors, True)
    raise _no_model(folder, place, safe)


def _files(folder: Path, name: str) -> list[Path]:
    """The file itself, or all that an index names."""
    if not name.endswith(".index.json"):
        return [folder / name]
    index = read_json(folder / name)
    shards = index.get("weight_map")
    if not isinstance(shards, dict) or not all(isinstance(s, str) for s in shards.values()):
        raise ExportError("has no weight_map", where=str(folder / name), code=NO_INPUT)
    found = sorted({str(shard) for shard in shards.values()})
    outside = [shard for shard in found if Path(shard).name != shard]
    if outside:
        raise ExportError(
            f"names files outside its folder: {listed(outside)}", where=str(folder / name)
        )
    missing = [shard for shard in found if not (folder / shard).exists()]
    if missing:
        raise ExportError(
            f"{len(missing)} of its {len(found)} files of weights are missing: {listed(missing)}",
            "fetch or copy them",
            where=str(folder),
            code=NO_INPUT,
        )
    return [folder / shard for shard in found]


def safetensors_header(path: Path) -> dict[str, TensorFact]:
    """The tensors of a safetensors file, which must be as long as it says."""
    size = _size(path)
    with open(path, "rb") as file:
        head = file.read(8)
        _refuse_pointer(path, head + file.read(64))
        length = int.from_bytes(head, "little")
        if len(head) < 8 or length > min(size - 8, _LARGEST_HEADER):
            raise _broken(path, f"is cut short or no safetensors file ({size:,} bytes)")
        file.seek(8)
        data = file.read(length)
    try:
        header = json.loads(data)
        tensors = {
            name: TensorFact(str(t["dtype"]), tuple(int(n) for n in t["shape"]))
            for name, t in header.items()
            if name != "__metadata__"
        }
        end = max((int(header[name]["data_offsets"][1]) for name in tensors), default=0)
    except (ValueError, TypeError, KeyError, IndexError, AttributeError, RecursionError):
        raise _broken(path, "has no header of safetensors") from None
    if 8 + length + end != size:
        raise _broken(path, f"has {size:,} bytes, but its header speaks of {8 + length + end:,}")
    return tensors


def _pickled_header(path: Path) -> dict[str, TensorFact]:
    import torch

    _size(path)
    with open(path, "rb") as file:
        _refuse_pointer(path, file.read(72))
    try:
        state = torch.load(path, map_location="meta", weights_only=True, mmap=True)
    except Exception:
        raise _broken(path, "is no file of weights, or holds more than weights") from None
    kinds = {"float64": "F64", "float32": "F32", "float16": "F16", "bfloat16": "BF16"}
    return {
        str(name): TensorFact(
            kinds.get(str(value.dtype).removeprefix("torch."), str(value.dtype)),
            tuple(value.shape),
        )
        for name, value in state.items()
        if isinstance(value, torch.Tensor)
    }


def _size(path: Path) -> int:
    try:
        return os.stat(path).st_size
    except OSError as error:
        raise ExportError(
            f"cannot be read: {error.strerror}", where=str(path), code=NO_INPUT
        ) from None


def _refuse_pointer(path: Path, start: bytes) -> None:
    if start.startswith(_POINTER):
        raise ExportError(
            "is a Git LFS pointer, not the weights themselves",
            "fetch them: git lfs pull",
            where=str(path),
            code=NO_INPUT,
        )


def _broken(path: Path, problem: str) -> ExportError:
    return ExportError(
        problem,
        "fetch or copy the file again, or save the model again",
        where=str(path),
        code=NO_INPUT,
    )


def _no_model(folder: Path, place: str, wanted: str) -> ExportError:
    """What is in a folder that is no model, and how to come from there to one."""
    names = sorted(path.name for path in folder.iterdir())
    inside = [n for n in names if _is_model(folder / n)]
    if inside and not (folder / "config.json").exists():
        newest = max(inside, key=lambda n: (_step(n), (folder / n).stat().st_mtime))
        return ExportError(
            f"holds no model itself, but {listed(inside)}",
            f"name one of them; the newest is {folder / newest}",
            where=place,
            code=NO_INPUT,
        )
    remedies = {
        "GGUF files, which transformers cannot score with": [
            n for n in names if n.endswith(".gguf")
        ],
        "a DeepSpeed checkpoint (python zero_to_fp32.py makes weights of it)": [
            n for n in names if n == "zero_to_fp32.py" or re.fullmatch(r"global_step\d+", n)
        ],
        "an FSDP checkpoint (accelerate merge-weights makes weights of it)": [
            n for n in names if n.startswith("pytorch_model_fsdp") or n.endswith(".distcp")
        ],
        "Meta's own format (transformers' conversion script makes a model of it)": [
            n for n in names if re.fullmatch(r"consolidated\.\d+\.pth", n)
        ],
        "weights of TensorFlow or Flax": [
            n for n in names if n in ("tf_model.h5", "flax_model.msgpack")
        ],
    }
    for what, found in remedies.items():
        if found:
            return ExportError(
                f"has no {wanted}, but {what}: {listed(found, 3)}",
                "give a folder as save_pretrained writes it",
                where=place,
                code=NO_INPUT,
            )
    return ExportError(
        f"has no {wanted}",
        f"give a folder as save_pretrained writes it; this one has {listed(names)}",
        where=place,
        code=NO_INPUT,
    )


def _is_model(folder: Path) -> bool:
    names = ("config.json", "adapter_config.json")
    return folder.is_dir() and any((folder / name).exists() for name in names)


def _step(name: str) -> int:
    found = re.fullmatch(r"(?:checkpoint|step|epoch)[-_](\d+)", name)
    return int(found.group(1)) if found else -1


def names_of(tensors: set[str] | list[str], most: int = 3) -> str:
    """Some tensors' names, for a sentence."""
    names = sorted(printable(str(name), 100) for name in tensors)
    more = f" and {len(names) - most:,} more" if len(names) > most else ""
    return ", ".join(names[:most]) + more
