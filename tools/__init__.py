"""What the assistant can do: typed tools, data science, drift maths and the prediction server."""
