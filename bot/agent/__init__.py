"""The agent: one loop, any brain, tools through the toolbelt."""
