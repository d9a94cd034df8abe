"""Measurements, each beside its rival in the same run: `python -m bench` runs all at a small size."""
