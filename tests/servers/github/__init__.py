"""A local GitHub: the part of its REST API that CI needs, written from GitHub's documentation."""
