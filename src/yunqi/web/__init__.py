"""The console: pages rendered on the server, over the same use cases as the API."""
