"""MCP servers whose tools the assistant may use: which, how far, and what they said."""
