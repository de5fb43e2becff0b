"""The assistant's page: a client of the chat API that keeps nothing of its own."""
