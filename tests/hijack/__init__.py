"""A language model that obeys every attacker: what it can do is what the person may do."""
