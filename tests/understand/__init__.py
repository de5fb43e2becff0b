"""How well the offline brain understands people, set by set."""
