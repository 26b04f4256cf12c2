"""How the contract is left."""
