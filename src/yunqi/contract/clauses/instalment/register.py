"""Reads a payment schedule in a table, by whatever its columns are called."""

from __future__ import annotations

import re
from collections.abc import Mapping

from yunqi.contract.clauses import code_words as words
from yunqi.contract.clauses.base import Extraction, Source, Uncertain, row_source
from yunqi.contract.clauses.instalment.payments import read_by_on, read_triggers, read_within
from yunqi.contract.clauses.instalment.schema import Instalment
from yunqi.contract.documents import squeeze
from yunqi.contract.numbers import read_date
from yunqi.contract.outline import Outline, PlacedTable

_PAY = r"(?:付款|支付|拨付|款项|结算|应付|计划)?"
_TITLES = {
    "no": re.compile(
        r"(?:付款|支付)?(?:期次|批次|次数|阶段|节点|期数|笔数)|序号|款项(?:名称)?|(?:付款|支付)(?:阶段|节点|名称)"
    ),
    "triggers": re.compile(
        rf"{_PAY}(?:条件|前置条件|时点|里程碑|节点条件|触发条件)|(?:付款|支付)(?:时间|时点|节点)|付款条件及时间"
    ),
    "within": re.compile(r"付款期限|支付期限|付款时限|支付时限"),
    "by_on": re.compile(r"最迟付款日|(?:付款|支付)日期|最迟支付日期?|付款截止日期?"),
    "share": re.compile(rf"{_PAY}(?:比例|占比|百分比)|占(?:合同)?(?:总价|总额|金额)?比例?"),
    "amount": re.compile(rf"{_PAY}(?:金额|额)"),
    "daxie": re.compile(r"金额大写|大写(?:金额)?"),
    "requires": re.compile(r"付款前提"),
}
_PAYMENT = re.compile(r"付款|支付|拨付|期次")
_NOTE = re.compile(r"\([^()]*\)|/?(?:万元|元)$")
_TOTAL = re.compile(r"^(?:合计|总计|共计|小计)")


def read_schedule(document: Outline, result: Extraction) -> list[Instalment]:
    """The instalments in the order of the table; a share that is not stated stays null here."""
    for placed in document.tables:
        columns = _columns(placed)
        if columns is None:
            continue
        found = _read_rows(placed, columns, result)
        if found:
            return found
    return []


def _columns(placed: PlacedTable) -> dict[str, int] | None:
    if not placed.table.rows:
        return None
    titles = [_NOTE.sub("", squeeze(cell)) for cell in placed.table.rows[0].cells]
    if not any(_PAYMENT.search(title) for title in titles) or any(
        re.search("单价|数量|违约", title) for title in titles
    ):
        return None
    columns: dict[str, int] = {}
    for column, title in enumerate(titles):
        role = next(
            (name for name, pattern in _TITLES.items() if name not in columns and pattern.fullmatch(title)), None
        )
        if role is not None:
            columns[role] = column
    if not {"amount", "share"} & set(columns) or not {"no", "triggers", "by_on"} & set(columns):
        return None
    return columns


def _read_rows(placed: PlacedTable, columns: Mapping[str, int], result: Extraction) -> list[Instalment]:
    found: list[Instalment] = []
    ten_thousand = "amount" in columns and "万元" in placed.table.rows[0].cells[columns["amount"]]
    for index, cells in enumerate(row.cells for row in placed.table.rows):
        row = {name: cells[columns[name]] if name in columns else "" for name in _TITLES}
        if not index or not any(cell.strip() for cell in cells) or _TOTAL.match(squeeze("".join(cells))):
            continue
        amount, share = row["amount"], words.read_share_cell(row["share"]) if "%" in squeeze(row["share"]) else None
        if words.is_nothing(row["no"]) and words.is_nothing(row["triggers"]):
            continue
        if words.is_nothing(amount) and share is None:
            continue
        source = row_source(placed, index, str(len(found) + 1))
        instalment = _read_row(row, len(found) + 1, share, source)
        if not words.is_nothing(amount):
            _take_amount(instalment, row, result, ten_thousand)
        found.append(instalment)
    return found


def _read_row(row: Mapping[str, str], no: int, share: str | None, source: Source) -> Instalment:
    text = squeeze(f"{row['triggers']}{row['within']}")
    codes = [code for code in _read_codes(row["triggers"]) if code.isascii()]  # words of no code are read below
    by = read_by_on(text)
    by_on = words.read_date_cell(row["by_on"])
    if by is not None and by_on is None:
        by_on = read_date(by)
    triggers = codes or read_triggers(text)
    if by_on is not None and "date" not in triggers:
        triggers.append("date")
    return Instalment(
        no=no,
        share=share,
        share_stated=share is not None,
        triggers=triggers,
        within=words.read_duration_cell(row["within"]) or read_within(text),
        by_on=by_on,
        requires=_read_codes(row["requires"]),
        source=source,
    )


def _take_amount(instalment: Instalment, row: Mapping[str, str], result: Extraction, ten_thousand: bool) -> None:
    digits = squeeze(row["amount"]).removesuffix("元").removeprefix("¥")
    unit = "万元" if ten_thousand and not digits.endswith("万") else "元"
    amount = words.find_money_cell(f"{row['daxie']}(¥{digits}{unit})")
    if amount is None:
        return
    instalment.amount_fen = amount.fen
    if amount.fen is None:
        result.uncertain.append(
            Uncertain(
                path=f"instalments[{instalment.no - 1}].amount_fen",
                candidates=list(amount.candidates),
                source=instalment.source,
            )
        )


def _read_codes(cell: str) -> list[str]:
    return [code for word in re.split("[、,，]", cell) for code in [words.TRIGGERS.read(word)] if code is not None]
