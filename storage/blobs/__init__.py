"""Blobs: bytes kept under their sha256."""
