"""Whether an address answers an ICMP echo."""
