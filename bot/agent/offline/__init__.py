"""The brain that needs no language model: sentences in, the same tool calls out."""
