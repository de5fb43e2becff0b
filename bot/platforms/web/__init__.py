"""The web page and its like: a chat API at the bot's own address."""
