"""Identity: accounts, signing in, sessions, tokens, consents and assumed roles."""
