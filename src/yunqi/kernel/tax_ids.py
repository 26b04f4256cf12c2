"""Taxpayer numbers (纳税人识别号): the unified social credit code and the older form, each with its check digit.

Source: GB 32100-2015 (统一社会信用代码), GB 11714-1997 (组织机构代码).
"""

from __future__ import annotations

import re

from yunqi.kernel.errors import Problem

_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"  # GB 32100: without I, O, S, V, Z
_LETTERS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_WEIGHTS = tuple(pow(3, place, 31) for place in range(17))
_BODY_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)
_CREDIT = re.compile(rf"[1-9A-HJ-NPQRTUWXY][1-9]\d{{6}}[{_ALPHABET}]{{10}}", re.ASCII)
_OLD = re.compile(r"\d{6}[0-9A-Z]{9}", re.ASCII)
_CREDIT_LENGTH = 18
_BODY = slice(8, 17)


def compute_credit_check(first17: str) -> str:
    """The eighteenth character of a unified social credit code.

    Source: GB 32100-2015 (weights 3^i modulo 31).

    >>> compute_credit_check("91350100M000100Y4")
    '3'
    """
    total = sum(_ALPHABET.index(char) * weight for char, weight in zip(first17, _WEIGHTS, strict=True))
    return _ALPHABET[-total % 31]


def compute_body_check(first8: str) -> str:
    """The ninth character of an organisation code.

    Source: GB 11714-1997 (modulo 11; 10 is X).

    >>> compute_body_check("M000100Y")
    '4'
    """
    total = sum(_LETTERS.index(char) * weight for char, weight in zip(first8, _BODY_WEIGHTS, strict=True))
    return "0123456789X"[-total % 11]


def check_tax_id(field: str, text: str) -> str:
    """The taxpayer number in capitals without blanks: a credit code of 18 characters, or an older one of 15.

    Raises `Problem` tax_id.form for other forms and tax_id.check where a check digit does not fit.

    >>> check_tax_id("seller_tax_id", "9135 0100 m000100y43")
    '91350100M000100Y43'
    """
    value = re.sub(r"\s", "", text).upper()
    if _CREDIT.fullmatch(value):
        if value[17] == compute_credit_check(value[:17]):
            return value
        raise _refuse_check(field, value)
    if _OLD.fullmatch(value):
        if value[14] == compute_body_check(value[6:14]):
            return value
        raise _refuse_check(field, value)
    raise Problem(
        "tax_id.form",
        "纳税人识别号「{value}」的格式不对",
        field=field,
        value=value[:40],
        way_out="应为18位统一社会信用代码（不含 I、O、S、V、Z）或15位旧号，请按发票核对",
    )


def _refuse_check(field: str, value: str) -> Problem:
    return Problem(
        "tax_id.check",
        "纳税人识别号「{value}」的校验位不符",
        field=field,
        value=value,
        way_out="至少有一位写错，请按发票逐位核对",
    )


def body_of(tax_id: str) -> str:
    """The organisation code within a taxpayer number: by it an old number and a new one are the same organisation's.

    >>> body_of("91350100M000100Y43"), body_of("350100M000100Y4")
    ('M000100Y4', 'M000100Y4')
    """
    return tax_id[_BODY] if len(tax_id) == _CREDIT_LENGTH else tax_id[6:]
