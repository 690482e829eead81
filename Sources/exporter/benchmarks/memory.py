"""Peak memory of exports of 1,000 and of 10,000 sequences.

    python benchmarks/memory.py --target DIR_OR_ID --reference DIR_OR_ID --texts F

The texts are repeated under new ids until there are enough of them. Further options go to the
exporter.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def main() -> None:
    """Exports each count in a process of its own and prints its peak."""
    p = argparse.ArgumentParser(description=__doc__)
    p.add_argument("--target", required=True)
    p.add_argument("--reference", required=True)
    p.add_argument("--texts", required=True)
    p.add_argument("--counts", default="1000,10000")
    options, rest = p.parse_known_args()
    with open(options.texts, encoding="utf-8") as file:
        texts = [json.loads(line)["text"] for line in file]
    for count in map(int, options.counts.split(",")):
        with tempfile.TemporaryDirectory() as folder:
            data = Path(folder) / "data.jsonl"
            with open(data, "w", encoding="utf-8") as file:
                for number in range(count):
                    row = {"id": str(number), "text": texts[number % len(texts)]}
                    file.write(json.dumps(row) + "\n")
            words = [
                sys.executable,
                "-m",
                "ezscope_export",
                "--target",
                options.target,
                "--reference",
                options.reference,
                "--unknown",
                str(data),
                "--out",
                f"{folder}/run.safetensors",
                "--quiet",
                *rest,
            ]
            start = time.monotonic()
            child = subprocess.Popen(words, env={**os.environ, "PYTHONPATH": str(ROOT)})
            _, status, usage = os.wait4(child.pid, 0)
            print(
                json.dumps(
                    {
                        "sequences": count,
                        "status": status,
                        "peak_mib": round(usage.ru_maxrss / 1024),
                        "seconds": round(time.monotonic() - start, 1),
                    }
                ),
                flush=True,
            )


if __name__ == "__main__":
    main()
