"""Many people at once: what the bot acknowledges, how fast, and what it answers."""
