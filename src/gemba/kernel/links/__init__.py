"""Typed links between records that turn suspect when the far end changes."""
