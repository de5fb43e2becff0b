"""Talking: platforms, the agent, permissions and the wiring of it all."""
