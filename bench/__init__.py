"""Figures of the product as ratios against the bare engine, a peer or the limit, all measured in one run."""
