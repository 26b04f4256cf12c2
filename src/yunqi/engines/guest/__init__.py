"""Guest images: a tiny one of busybox that measures itself, and a full Debian; built here, known by name from a
folder.
"""
