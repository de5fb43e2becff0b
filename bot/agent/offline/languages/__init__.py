"""Command words of other languages than English."""
