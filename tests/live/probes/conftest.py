"""A real site for each test; nothing of it is left behind."""

from tests.live.reconcile.conftest import image_dir, site

__all__ = ["image_dir", "site"]
