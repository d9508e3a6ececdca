"""Benchmarks that anybody can run: they print ratios, and never pass or fail on a time."""
