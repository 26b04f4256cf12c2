"""An engine of files only, for tests and for trying out the contract plane on a laptop: nothing is served by it."""
