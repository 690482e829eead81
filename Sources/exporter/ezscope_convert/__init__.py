"""Turns Parquet, Arrow, npz, PyTorch and Excel files into what ezscope opens."""
