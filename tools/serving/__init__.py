"""The prediction server: follows the deployment log and answers over HTTP."""
