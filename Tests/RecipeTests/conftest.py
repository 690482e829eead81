"""The recipe's modules lie in SampleData/recipe, which is no package."""

import os
import sys
from pathlib import Path

RECIPE = Path(__file__).resolve().parents[2] / "SampleData" / "recipe"
sys.path.insert(0, str(RECIPE))
os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.update(TOKENIZERS_PARALLELISM="false", HF_HUB_OFFLINE="1")
