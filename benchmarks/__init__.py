"""Benchmarks of speed and memory, as ratios measured side by side in one run; never tests."""
