"""Scoring inside the engines that teams have: Ray Data and Spark, with the same functions."""

from ezscope_cluster.gather import gather, write_manifest
from ezscope_cluster.scoring import Scorer, Scoring

__all__ = ["Scorer", "Scoring", "gather", "write_manifest"]
