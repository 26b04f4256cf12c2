"""Use cases: what joins the store, the engines and the pure planes; shared by the command line and every other edge."""
