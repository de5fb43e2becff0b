"""A local OpenID Connect provider: people pick who they are, and nobody is asked to prove it."""
