"""The three classes of error: the caller acts, we retry, or it is a bug.

A `Problem` names field, value and the way out; it is worded in Chinese with `{name}` places, and translated at the edge
(command line, HTTP, page) by `yunqi.kernel.words.render`.
"""

from __future__ import annotations


class YunqiError(Exception):
    """What every error of ours carries: a code, a sentence with places, its values, a way out.

    `stop` ends the sentence where the words came ready made, from another installation, in a language of their own.
    """

    stop = ""

    def __init__(self, code: str, sentence: str, *, field: str = "", way_out: str = "", **values: object) -> None:
        """`code` is stable and dotted; `sentence` and `way_out`: Chinese message ids, {places} filled from `values`."""
        self.code = code
        self.sentence = sentence
        self.field = field
        self.way_out = way_out
        self.values = values
        super().__init__(f"{code}: {sentence.format_map(_Gaps(values))}")


class Words(str):
    """A value of an error that is itself a message id: it is translated with the sentence that it stands in."""

    __slots__ = ()


class Problem(YunqiError):
    """The caller must act: bad input, no right, a limit reached."""


class Trouble(YunqiError):
    """The world does not answer as it should for now; the next round tries again."""


class _Gaps(dict[str, object]):
    def __missing__(self, key: str) -> str:
        return "{" + key + "}"
