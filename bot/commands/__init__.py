"""What `python -m bot` can be told to do, one module a command."""
