"""Where the recipe lies, and how its stages run here: `pytest.ini` lets its modules be found."""

import os
from pathlib import Path

RECIPE = Path(__file__).resolve().parents[2] / "SampleData" / "recipe"
os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.update(TOKENIZERS_PARALLELISM="false", HF_HUB_OFFLINE="1")
