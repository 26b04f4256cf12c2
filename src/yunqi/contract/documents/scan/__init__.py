"""Scanned pages: read in a process of their own, word by word, with what each character might be instead."""
