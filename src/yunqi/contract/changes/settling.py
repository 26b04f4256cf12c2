"""What a person decides about contract data before it is signed, each deed with its way back.

`settled` in the data holds the deeds in order; taking one back restores what stood before, to the byte. The key is
there only while there are deeds.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Mapping
from typing import Any

from yunqi.contract.changes.paths import find_place, insert_at, is_item, read_at, remove_at, write_at
from yunqi.contract.changes.values import check_value
from yunqi.kernel.errors import Problem
from yunqi.kernel.words import render_value

Data = dict[str, Any]
_HOLDS_UP = (
    "total_fen",
    "table_total_fen",
    "tax",
    "term",
    "instalments",
    "bond",
    "service_levels",
    "penalties",
)
_HOLDS_UP_LINE = re.compile(r"price_lines(\[\d+\](\.(unit_price|quantity|total_fen|periods)\b.*)?)?")


def apply_settling(data: Mapping[str, Any], path: str, value: Any, *, by: Mapping[str, Any]) -> Data:
    """The data with an uncertain value settled: written at its path, its entry moved to `settled`.

    `by` is kept with the deed: who (`by`, `by_id`), when (`at`) and `why`. Raises `Problem` contract.not_uncertain,
    contract.value, contract.path.
    """
    made = copy.deepcopy(dict(data))
    places = [index for index, one in enumerate(made.get("uncertain") or ()) if one["path"] == path]
    if not places:
        raise Problem(
            "contract.not_uncertain",
            "「{path}」不在未能确定的内容中",
            field="path",
            path=render_value(path),
            way_out="已经确定的内容请用「更正」",
        )
    entry = made["uncertain"][places[0]]
    checked = _with_source(check_value(find_place(path), value), entry.get("source"))
    deed = _deed(made, "settled", path, checked, by)
    deed |= {"candidates": entry.get("candidates") or [], "source": entry.get("source")}
    deed["before"] = copy.deepcopy(read_at(made, path))
    write_at(made, path, checked)
    _take_uncertain(made, deed, places)
    return _kept(made, deed)


def apply_correction(
    data: Mapping[str, Any], path: str, value: Any, *, words: str, article: str, by: Mapping[str, Any]
) -> Data:
    """The data with a value that was read wrongly put right; `words` and `article` say where the right one stands.

    One past the end of a list adds an item that was missed. An uncertain entry of the path is settled by it.
    Raises `Problem` contract.value, contract.path, contract.path_absent, contract.unchanged.
    """
    made = copy.deepcopy(dict(data))
    place = find_place(path)
    source = {"article": article, "text": words} if words else None
    before = copy.deepcopy(read_at(made, path))
    checked = check_value(place, _with_source(value, source))
    entries = [index for index, one in enumerate(made.get("uncertain") or ()) if one["path"] == path]
    if checked == before and not entries:
        raise Problem(
            "contract.unchanged",
            "「{path}」已经是「{value}」",
            field="value",
            path=path,
            value=render_value(before),
            way_out="无需更正",
        )
    adds = is_item(path) and before is None
    deed = _deed(made, "added" if adds else "corrected", path, checked, by)
    deed |= {"candidates": [], "source": source, "before": before}
    write_at(made, path, checked)
    _take_uncertain(made, deed, entries)
    return _kept(made, deed)


def apply_removal(data: Mapping[str, Any], path: str, *, by: Mapping[str, Any]) -> Data:
    """The data without an item of a list that the text does not have; raises `Problem` contract.path_absent."""
    made = copy.deepcopy(dict(data))
    if is_item(path):
        find_place(path)
    before = remove_at(made, path)
    deed = _deed(made, "removed", path, None, by) | {"candidates": [], "source": None, "before": before}
    inside = [i for i, one in enumerate(made.get("uncertain") or ()) if _at_or_below(one["path"], path)]
    _take_uncertain(made, deed, inside)
    _shift(made, path, -1)
    return _kept(made, deed)


def apply_note(data: Mapping[str, Any], text: str, *, verdict: str, by: Mapping[str, Any]) -> Data:
    """The data with an unread sentence, or an uncertain entry of no path in the form, marked as seen.

    `verdict`: `no_law` for words without legal effect, `noted` for those that need no data. `text` is the sentence, or
    the entry's path. Raises `Problem` contract.not_unread.
    """
    made = copy.deepcopy(dict(data))
    index = next((i for i, one in enumerate(made.get("unread") or ()) if one["text"] == text), None)
    deed = _deed(made, verdict, "unread", None, by) | {"candidates": [], "before": None}
    if index is not None:
        entry = made["unread"].pop(index)
        rank = _rank_of(index, _ranks(made, "unread"))
        deed["source"] = {key: entry.get(key) for key in ("article", "text", "line", "page")}
        return _kept(made, deed | {"unread": {"rank": rank, "entry": entry}})
    places = [i for i, one in enumerate(made.get("uncertain") or ()) if one["path"] == text and not _is_path(text)]
    if not places:
        raise Problem(
            "contract.not_unread",
            "「{text}」不在未成为数据的句子中",
            field="text",
            text=render_value(text),
            way_out="请从合同的未读句子中选择",
        )
    entry = made["uncertain"][places[0]]
    deed |= {"path": text, "source": entry.get("source"), "candidates": entry.get("candidates") or []}
    _take_uncertain(made, deed, places)
    return _kept(made, deed)


def undo(data: Mapping[str, Any], no: int) -> Data:
    """The data as if the deed of this number had not been; those after it stay.

    Raises `Problem` contract.not_settled, and what a later deed that hangs on it is refused with.
    """
    made = copy.deepcopy(dict(data))
    deeds: list[Data] = list(made.get("settled") or ())
    at = next((index for index, one in enumerate(deeds) if one["no"] == no), None)
    if at is None:
        raise Problem(
            "contract.not_settled",
            "没有第 {no} 号确定或更正",
            field="no",
            no=no,
            way_out="请从已确定的内容中选择",
        )
    if deeds[at]["deed"] in ("added", "removed"):
        _refuse_followed(deeds[at], deeds[at + 1 :])
    for deed in reversed(deeds[at:]):
        _revert(made, deed)
    for deed in deeds[at + 1 :]:
        made = _again(made, deed)
    return made


def blocking_paths(data: Mapping[str, Any]) -> tuple[str, ...]:
    """The uncertain values without which nobody may sign: amounts, levels, penalties, term.

    >>> blocking_paths({"uncertain": [{"path": "term"}, {"path": "price_lines[0].item"}]})
    ('term',)
    """
    paths = [str(one["path"]) for one in data.get("uncertain") or ()]
    return tuple(path for path in paths if re.split(r"[.\[]", path)[0] in _HOLDS_UP or _HOLDS_UP_LINE.fullmatch(path))


def _refuse_followed(deed: Data, later: list[Data]) -> None:
    """Items count from the start of their list: what was done in it since would mean other items."""
    head = deed["path"][: deed["path"].rindex("[")]
    after = next((one for one in later if _at_or_below(one["path"], head)), None)
    if after is not None:
        raise Problem(
            "contract.settled_since",
            "第 {no} 号之后，第 {after} 号又改了同一列表",
            field="no",
            no=deed["no"],
            after=after["no"],
            way_out="请先撤销第 {after} 号",
        )


def _again(data: Data, deed: Data) -> Data:
    """A deed done again on other data, with its own number, person and time."""
    by = {key: deed.get(key) for key in ("by", "by_id", "at", "why", "no")}
    kind, source = deed["deed"], deed.get("source") or {}
    if kind == "settled" and any(one["path"] == deed["path"] for one in data.get("uncertain") or ()):
        return apply_settling(data, deed["path"], deed["value"], by=by)
    if kind == "removed":
        return apply_removal(data, deed["path"], by=by)
    if kind in ("noted", "no_law"):
        text = deed["unread"]["entry"]["text"] if "unread" in deed else deed["path"]
        return apply_note(data, text, verdict=kind, by=by)
    words, article = source.get("text") or "", source.get("article") or ""
    return apply_correction(data, deed["path"], deed["value"], words=words, article=article, by=by)


def _revert(data: Data, deed: Data) -> None:
    """Takes back the deed that was done last."""
    data["settled"].pop()
    if not data["settled"]:
        del data["settled"]
    if deed["deed"] == "added":
        remove_at(data, deed["path"])
    elif deed["deed"] == "removed":
        _shift(data, deed["path"], 1)
        insert_at(data, deed["path"], deed["before"])
    elif deed["deed"] in ("settled", "corrected"):
        write_at(data, deed["path"], deed["before"])
    for one in deed.get("uncertain") or ():
        _put_back(data, "uncertain", one)
    if "unread" in deed:
        _put_back(data, "unread", deed["unread"])


def _deed(data: Data, kind: str, path: str, value: Any, by: Mapping[str, Any]) -> Data:
    number = 1 + max((int(one["no"]) for one in data.get("settled") or ()), default=0)
    who = {key: by.get(key) for key in ("by", "by_id", "at", "why")}
    return {"no": by.get("no") or number, "deed": kind, "path": path, "value": copy.deepcopy(value), **who}


def _kept(data: Data, deed: Data) -> Data:
    data.setdefault("settled", []).append(deed)
    return data


def _with_source(value: Any, source: Any) -> Any:
    """A whole form without words of its own takes those of the entry."""
    if isinstance(value, Mapping) and source and "source" in value and value["source"] is None:
        return {**value, "source": source}
    if isinstance(value, Mapping) and source and "source" not in value and len(value) > 2:
        return {**value, "source": source}
    return value


def _take_uncertain(data: Data, deed: Data, places: list[int]) -> None:
    """Moves entries out of `uncertain` into the deed, each with its rank among all that were ever there."""
    if not places:
        return
    taken = _ranks(data, "uncertain")
    ranks = [_rank_of(index, taken) for index in places]
    deed["uncertain"] = [
        {"rank": rank, "entry": data["uncertain"][index]} for rank, index in zip(ranks, places, strict=True)
    ]
    for index in reversed(places):
        del data["uncertain"][index]


def _ranks(data: Mapping[str, Any], key: str) -> set[int]:
    found: set[int] = set()
    for deed in data.get("settled") or ():
        held = deed.get(key) or ()
        found |= {one["rank"] for one in ([held] if isinstance(held, Mapping) else held)}
    return found


def _rank_of(index: int, taken: set[int]) -> int:
    """The place among all entries of the one that is at `index` of those left."""
    rank = -1
    for _step in range(index + 1):
        rank += 1
        while rank in taken:
            rank += 1
    return rank


def _put_back(data: Data, key: str, held: Mapping[str, Any]) -> None:
    taken = _ranks(data, key)
    # Of one deed several come back in order: the ranks behind this one are not there yet, those before it are.
    index = held["rank"] - sum(rank < held["rank"] for rank in taken)
    data[key].insert(index, held["entry"])


def _shift(data: Data, path: str, by: int) -> None:
    """Uncertain paths into a list follow its items when one before them goes or comes back."""
    head, at = path[: path.rindex("[")], int(path[path.rindex("[") + 1 : -1])
    pattern = re.compile(rf"{re.escape(head)}\[(\d+)\](.*)", re.DOTALL)
    for one in data.get("uncertain") or ():
        match = pattern.fullmatch(one["path"])
        if match and int(match[1]) >= at + (by < 0):
            one["path"] = f"{head}[{int(match[1]) + by}]{match[2]}"


def _at_or_below(path: str, top: str) -> bool:
    return path == top or path.startswith((f"{top}.", f"{top}["))


def _is_path(text: str) -> bool:
    try:
        find_place(text)
    except Problem:
        return False
    return True
