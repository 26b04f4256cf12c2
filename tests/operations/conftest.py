"""Sessions on the fake engine."""

from tests.kits.session import empty, settled, settled_template, signed, signed_template

__all__ = ["empty", "settled", "settled_template", "signed", "signed_template"]
