"""Taking in a cloud that already runs: a list or running machines -> an inventory -> price lines -> resources."""
