"""When the service begins and ends."""
