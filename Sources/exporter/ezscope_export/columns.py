"""Columns on disk: written in any order, so that memory does not grow with the evidence."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import numpy as np

from ezscope_export.files import open_to_write

# What is known of a predicted position, and how it is stored.
COLUMNS = {
    "logprobs": "<f4",
    "ranks": "<i4",
    "top1_ids": "<i4",
    "top1_logprobs": "<f4",
    "logprob_means": "<f4",
    "logprob_stds": "<f4",
}
MOMENTS = ("logprob_means", "logprob_stds")


class ColumnFile:
    """A column of numbers, one raw little-endian file."""

    def __init__(self, path: Path, dtype: str, count: int) -> None:
        self.path = path
        self.dtype = np.dtype(dtype)
        self.count = count
        self.file = open_to_write(path)
        if os.fstat(self.file).st_size != count * self.dtype.itemsize:
            os.ftruncate(self.file, count * self.dtype.itemsize)

    def write(self, start: int, values: np.ndarray) -> None:
        """Puts values at a place."""
        data = np.ascontiguousarray(values, dtype=self.dtype).tobytes()
        place = start * self.dtype.itemsize
        while data:
            written = os.pwrite(self.file, data, place)
            data, place = data[written:], place + written

    def read(self, start: int, stop: int) -> np.ndarray:
        """The values of a range."""
        size = self.dtype.itemsize
        data = b""
        while len(data) < (stop - start) * size:
            more = os.pread(self.file, (stop - start) * size - len(data), start * size + len(data))
            if not more:
                raise OSError(errno.EIO, "was cut while it was in use", str(self.path))
            data += more
        return np.frombuffer(data, dtype=self.dtype)

    def sync(self) -> None:
        """Waits until the disk has it."""
        os.fsync(self.file)

    def close(self) -> None:
        """Gives the file back."""
        os.close(self.file)


class TextColumnWriter:
    """Byte strings one after another, with their offsets."""

    def __init__(self, folder: Path, name: str) -> None:
        self.bytes = os.fdopen(open_to_write(folder / f"{name}.bytes", empty=True), "wb")
        self.offsets = os.fdopen(open_to_write(folder / f"{name}.offsets", empty=True), "wb")
        self.end = 0
        self.offsets.write(np.int64(0).tobytes())

    def append(self, data: bytes) -> None:
        """Adds one string."""
        self.bytes.write(data)
        self.end += len(data)
        self.offsets.write(np.int64(self.end).tobytes())

    def extend(self, data: bytes, lengths: np.ndarray) -> None:
        """Adds many strings that lie one after another."""
        self.bytes.write(data)
        ends = self.end + np.cumsum(lengths, dtype=np.int64)
        self.offsets.write(ends.tobytes())
        self.end += len(data)

    def close(self) -> None:
        """Ends both files, on disk."""
        for file in (self.bytes, self.offsets):
            file.flush()
            os.fsync(file.fileno())
            file.close()


class TextColumn:
    """Byte strings as a writer left them."""

    def __init__(self, folder: Path, name: str) -> None:
        self.bytes_path = folder / f"{name}.bytes"
        self.offsets_path = folder / f"{name}.offsets"
        self.offsets = np.fromfile(self.offsets_path, dtype=np.int64)
        self.file = os.open(self.bytes_path, os.O_RDONLY)

    def __len__(self) -> int:
        return len(self.offsets) - 1

    def __getitem__(self, index: int) -> bytes:
        start, stop = int(self.offsets[index]), int(self.offsets[index + 1])
        return os.pread(self.file, stop - start, start)

    def close(self) -> None:
        """Gives the file back."""
        os.close(self.file)
