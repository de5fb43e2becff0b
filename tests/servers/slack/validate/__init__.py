"""What Slack refuses: limits and shapes of texts, blocks, elements and views."""
