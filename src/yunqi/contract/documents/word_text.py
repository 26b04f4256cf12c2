"""The words of one Word paragraph: revisions as if accepted, without what is hidden; text boxes and notes apart."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_M = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_LEFT_OUT = frozenset(
    {f"{W}pPr", f"{W}rPr", f"{W}sdtPr", f"{W}rt", f"{W}instrText", f"{W}delText", f"{_M}fPr", f"{_M}ctrlPr"}
    | {f"{_MC}Fallback"}  # the same content again, for older programs
)
_TEXT = frozenset({f"{W}t", f"{_M}t"})
_TAKEN_OUT = frozenset({f"{W}del", f"{W}moveFrom"})
_PUT_IN = frozenset({f"{W}ins", f"{W}moveTo"})
_OFF = frozenset({"0", "false", "off"})
_OWN_DATE = re.compile(r"^\s*(?:DATE|TIME|SAVEDATE|PRINTDATE)\b", re.IGNORECASE)
_CHECKED, _UNCHECKED = "☑", "☐"
_SYMBOLS = {
    ("wingdings", 0xFE): _CHECKED,
    ("wingdings", 0xFD): _CHECKED,
    ("wingdings", 0xFC): "√",
    ("wingdings", 0xA8): _UNCHECKED,
    ("wingdings", 0x6F): _UNCHECKED,
    ("wingdings 2", 0x52): _CHECKED,
    ("wingdings 2", 0x53): _CHECKED,
    ("wingdings 2", 0x50): "√",
    ("wingdings 2", 0xA3): _UNCHECKED,
    ("wingdings 2", 0x2A): _UNCHECKED,
}
_PRIVATE = range(0xF000, 0xF100)


@dataclass(slots=True)
class Words:
    """What stands in a paragraph: its text, text boxes anchored in it, the notes it refers to, and marks by kind."""

    text: str = ""
    boxes: list[Any] = field(default_factory=list)
    notes: list[tuple[str, str]] = field(default_factory=list)
    marks: list[tuple[str, str]] = field(default_factory=list)
    number_follows: bool = True


def read_words(paragraph: Any) -> Words:
    """The words of a paragraph; a break of the line is a newline."""
    found = Words()
    found.text = "".join(_read(paragraph, found))
    if any(kind == "date_field" for kind, __ in found.marks):
        found.marks = [(kind, text or found.text.strip()) for kind, text in found.marks]
    # The paragraph's own end can be hidden or taken out: then no number stands before it.
    found.number_follows = bool(found.text.strip()) or not (
        is_hidden(paragraph.find(f"{W}pPr")) or any(kind in {"deleted", "hidden"} for kind, __ in found.marks)
    )
    return found


def is_hidden(properties: Any) -> bool:
    """Whether run properties (or those of a paragraph's end) hide the words."""
    if properties is None:
        return False
    vanish = properties.find(f"{W}vanish")
    if vanish is None:
        vanish = properties.find(f"{W}rPr/{W}vanish")
    return vanish is not None and vanish.get(f"{W}val") not in _OFF


def ends_taken_out(paragraph: Any) -> bool:
    """Whether a revision took out the paragraph's end, so that the next one goes on in it."""
    return any(paragraph.find(f"{W}pPr/{W}rPr/{tag}") is not None for tag in (f"{W}del", f"{W}moveFrom"))


def _read(node: Any, found: Words) -> list[str]:
    words: list[str] = []
    for child in node:
        tag = child.tag
        if tag in _TEXT:
            words.append(child.text or "")
        elif tag == f"{W}r":
            words += _read_run(child, found)
        elif tag in _LEFT_OUT or not isinstance(tag, str):
            continue
        elif tag in _TAKEN_OUT:
            found.marks.append(("deleted", "".join(one.text or "" for one in child.iter(f"{W}delText", f"{W}t"))))
        elif tag in _PUT_IN:
            inner = _read(child, found)
            found.marks.append(("inserted", "".join(inner)))
            words += inner
        elif tag == f"{W}txbxContent":
            found.boxes.append(child)
        elif tag == f"{_M}f":
            words.append(_read_fraction(child, found))
        else:
            if tag == f"{W}fldSimple" and _OWN_DATE.match(child.get(f"{W}instr") or ""):
                found.marks.append(("date_field", ""))
            words += _read(child, found)
    return words


def _read_fraction(node: Any, found: Words) -> str:
    parts = []
    for name in ("num", "den"):
        part = node.find(f"{_M}{name}")
        text = "" if part is None else "".join(_read(part, found))
        parts.append(f"({text})" if re.search(r"[-+×÷*/\s]", text.strip()) else text)
    return "/".join(parts)


def _read_run(run: Any, found: Words) -> list[str]:
    properties = run.find(f"{W}rPr")
    if is_hidden(properties):
        text = "".join(one.text or "" for one in run.iter(f"{W}t"))
        if text.strip():
            found.marks.append(("hidden", text))
        return []
    words: list[str] = []
    for child in run:
        tag = child.tag
        if tag in _TEXT:
            words.append(child.text or "")
        elif tag == f"{W}tab":
            words.append(" ")
        elif tag in {f"{W}br", f"{W}cr"}:
            words.append("\n" if child.get(f"{W}type") is None else "")
        elif tag == f"{W}noBreakHyphen":
            words.append("-")
        elif tag == f"{W}sym":
            words.append(_symbol(child))
        elif tag == f"{W}fldChar":
            words.append(_check_box(child))
        elif tag == f"{W}instrText":
            if _OWN_DATE.match(child.text or ""):
                found.marks.append(("date_field", ""))
        elif tag in {f"{W}footnoteReference", f"{W}endnoteReference"}:
            kind = "footnotes" if tag == f"{W}footnoteReference" else "endnotes"
            found.notes.append((kind, child.get(f"{W}id") or ""))
        elif tag not in _LEFT_OUT and isinstance(tag, str):
            words += _read(child, found)
    return words


def _symbol(node: Any) -> str:
    said, face = node.get(f"{W}char") or "", (node.get(f"{W}font") or "").lower()
    try:
        code = int(said, 16)
    except ValueError:
        return ""
    known = _SYMBOLS.get((face, code & 0xFF))
    if known is not None:
        return known
    return "" if code in _PRIVATE or face.startswith("wingdings") or not code < 0xD800 else chr(code)


def _check_box(node: Any) -> str:
    box = node.find(f"{W}ffData/{W}checkBox")
    if box is None:
        return ""
    state = box.find(f"{W}checked")
    if state is None:
        state = box.find(f"{W}default")
    return _CHECKED if state is not None and state.get(f"{W}val") not in _OFF else _UNCHECKED
