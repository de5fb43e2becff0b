"""CI workflows: which may be run, how they are asked for and followed, and how they are shown."""
