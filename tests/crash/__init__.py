"""The bot is killed at every named point, and nothing is lost or said twice."""
