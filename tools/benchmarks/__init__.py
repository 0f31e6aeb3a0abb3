"""A script behind each figure of speed or accuracy that the project gives: ``python -m tools.benchmarks.NAME``."""
