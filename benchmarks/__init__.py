"""Benchmarks: speed and scale, side by side with what people would use instead."""
