"""What of a sentence owes anything at all: rights, definitions, quotes of law and what is expressly not owed do not."""

from __future__ import annotations

import re

from yunqi.contract.obligations.kinds import PROVIDER, UNIT, ObligationKind

_PARTY = re.compile(rf"{UNIT}|{PROVIDER}|双方|一方")
_DEFINES = re.compile(
    r"所称[^。;]{0,30}指|^[^,。;]{0,24}(?:是指|系指|指的是)|^[“‘「][^”’」]{1,16}[”’」],?(?:仅|是)?指|等?(?:词语|用语|术语)[^。]{0,20}(?:仅|不)"
)
_LAW = re.compile(r"《[^》]*(?:法|条例|办法)》|网络运营者|个人信息处理者|数据处理者")
_NONE_OWED = re.compile(
    rf"不产生[^,。;]*义务|由{UNIT}另行(?:采购|购买)|{PROVIDER}(?:概)?不(?:承担|负责|提供)[。;]?$|不包含(?:下列|以下)"
)
_NEGATED = re.compile(
    r"(?:无须|无需|毋须|毋需|不必|不需要|不要求|不包含|不包括|不承担|不负责|不设|免收|免缴|不收取(?=[^,。;]*保证金))[^,。;]*"
    r"|(?<=[方商人、,])不(?:另行)?(?:出具|提供|报送|提交|开展|做)[^,。;、]*(?<!的)(?=[,。;、]|$)"
)
_LATE = re.compile(r"^[^,。;]*(?:逾期|迟延|延迟|迟交|擅自|未)[^,。;]*的$")
_RIGHT = re.compile(rf"^(?:[(\d一二三四五六七八九十.、)]+)?{UNIT}(?:有权|可以?(?!用)|享有|保留)")
_PROVIDER_OWES = re.compile(rf"{PROVIDER}[^,。;]{{0,16}}(?:应|须|必须|负责|配合|提供|提交)")
_LOOKED_AT = re.compile(r"审阅|查阅|调取|调阅|抽查|解释权|可以?[^,。;]{0,8}(?:代替|替代)")
_BY_RIGHT = frozenset({"report", "rota"})


def owed_part(text: str) -> str:
    """What is left of a sentence in comparable form once what owes nothing is taken off; empty where nothing is left.

    >>> owed_part("乙方无须提交周报,但应记录故障")
    '乙方,但应记录故障'
    >>> [owed_part(text) for text in ("“周报”是指每周的报告。", "乙方逾期提交周报的")]
    ['', '']
    """
    if _NONE_OWED.search(text) or _DEFINES.search(text) or _LATE.search(text):
        return ""
    if _LAW.search(text) and not _PARTY.search(text):
        return ""
    return _NEGATED.sub("", text)


def is_only_a_right(text: str) -> bool:
    """Whether a sentence says only what the using unit may do, or may look at.

    >>> [is_only_a_right(text) for text in ("甲方有权查看周报。", "甲方可以指定格式,乙方应提交周报。")]
    [True, False]
    """
    if _LOOKED_AT.search(text):
        return True
    return _RIGHT.match(text) is not None and _PROVIDER_OWES.search(text) is None


def owes_by_right(kind: ObligationKind) -> bool:
    """Whether a kind is of what is handed in or manned: a right to look at it owes nothing."""
    return kind.answer in _BY_RIGHT
