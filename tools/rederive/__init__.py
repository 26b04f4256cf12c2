"""A second, independent program: it reads only what was exported and works a month out again to the fen.

It shares no code with Yunqi and needs nothing but Python's standard library: a fault in one is not in the other.
"""
