"""Measurements, each in one run."""
