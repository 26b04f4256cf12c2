"""The certificate of an erased volume."""
