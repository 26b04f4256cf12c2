"""What scanning, copying and careless hands do to a contract's text.

`disturb` leaves every figure as it is; `blur` also changes digits into their lookalikes, which must then be doubted or
left out, never read as other figures.
"""

from __future__ import annotations

import random
import re

_PAGE_MARKS = ("- {n} -", "第 {n} 页 共 {all} 页", "{n}", "— {n} —", "第{n}页")
_FULL = {ord(char): ord(char) + 0xFEE0 for char in "0123456789%()"}
_HALF = {ord("（"): "(", ord("）"): ")", ord("，"): ",", ord("："): ":"}
_LOOKALIKES = {"0": "Oo", "1": "lI", "5": "S", "8": "B", "2": "Z"}
_FIGURE = re.compile(r"(?<![A-Za-z0-9〔（(-])\d[\d,]*(?:\.\d+)?(?![A-Za-z0-9〕-])")


def disturb(text: str, seed: int) -> str:
    """Page numbers, a seal's words, other widths, blanks between characters: no figure changes."""
    pick = random.Random(seed)
    lines = text.split("\n")
    pages = max(2, len(lines) // 45)
    mark = pick.choice(_PAGE_MARKS)
    provider = next((line.split("：", 1)[1] for line in lines if re.match(r"^(?:供应商（)?乙方[^：]{0,8}：", line)), "")
    result: list[str] = []
    page = 0
    for at, line in enumerate(lines):
        in_table = "\t" in line or line.startswith("|")
        result.append(line if in_table else _widths(line, pick))
        if at % 45 == 44 and not in_table and not (at + 1 < len(lines) and "\t" in lines[at + 1]):
            page += 1
            result += ["", mark.format(n=page, all=pages), ""]
            if provider and pick.random() < 0.3:
                result += [pick.choice((f"{provider}", "合同专用章", "（骑缝章）")), ""]
    return "\n".join(result)


def _widths(line: str, pick: random.Random) -> str:
    chance = pick.random()
    if re.search(r"合同(?:编)?号|项目名称", line):
        return line
    if chance < 0.1:
        return line.translate(_FULL)
    if chance < 0.2:
        return line.translate(_HALF)
    if chance < 0.3:
        return re.sub(r"(?<=[一-龥])(?=\d)|(?<=\d)(?=[一-龥])", " ", line)
    return line


def split_tables(text: str, seed: int) -> str:
    """Long tab tables go on over a page: a page number between, the header printed again or lost."""
    pick = random.Random(seed)
    result: list[str] = []
    run: list[str] = []
    for line in [*text.split("\n"), ""]:
        if "\t" in line:
            run.append(line)
            continue
        if len(run) > 9:
            cut = pick.randint(4, len(run) - 3)
            again = [run[0]] if pick.random() < 0.5 else []
            run = [*run[:cut], "", f"- {pick.randint(2, 30)} -", "", *again, *run[cut:]]
        result += [*run, line]
        run = []
    return "\n".join(result)


def blur(text: str, seed: int, chance: float = 0.04) -> str:
    """Digits that look like letters, here and there."""
    pick = random.Random(seed)

    def change(match: re.Match[str]) -> str:
        words = match[0]
        places = [at for at, char in enumerate(words) if char in _LOOKALIKES]
        if not places or pick.random() >= chance:
            return words
        at = pick.choice(places)
        return words[:at] + pick.choice(_LOOKALIKES[words[at]]) + words[at + 1 :]

    return _FIGURE.sub(change, text)
