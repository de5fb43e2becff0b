"""Summaries of fixed size that stand for a table: made by profiles, compared by drift checks."""
