"""Sessions on the fake engine."""

from tests.kits.session import settled_template, signed_template

__all__ = ["settled_template", "signed_template"]
