"""A text that nobody may read by accident: it shows as dots wherever it is printed, logged or put into a message."""

from __future__ import annotations


class Secret:
    """Holds a secret text; `reveal()` is the only way to it.

    >>> token = Secret("yq_example")
    >>> print(token, repr(token), token.reveal())
    ••• Secret(•••) yq_example
    """

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text

    def reveal(self) -> str:
        """The text itself, for the one place that hands it over."""
        return self._text

    def __str__(self) -> str:
        return "•••"

    def __repr__(self) -> str:
        return "Secret(•••)"

    def __format__(self, _form: str) -> str:
        return str(self)

    def __reduce__(self) -> tuple[object, ...]:
        raise TypeError("a secret is not serialised")
