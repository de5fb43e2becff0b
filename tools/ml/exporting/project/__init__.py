"""Modules that go into an exported project as they are; they import nothing of this product."""
