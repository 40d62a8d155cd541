"""Gemba: open, self-hosted quality management that computes the gap between paper and practice."""

__version__ = "0.1.0"
