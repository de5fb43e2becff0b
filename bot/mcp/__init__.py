"""Every tool for other agents, over the Model Context Protocol."""
