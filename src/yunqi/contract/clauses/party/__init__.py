"""Who the contract is between, and what identifies it."""
