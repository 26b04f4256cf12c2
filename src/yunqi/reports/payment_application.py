"""The payment application (付款申请): the letter, the list of invoices and the deduction of penalties. Pure.

The letter asks for what is due less what was paid and what penalties take; where a condition has not happened, or a
month is provisional, it says so and leaves the place open.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from yunqi.contract.draft.blocks import Block, Column, Grid, Sheet, Text
from yunqi.contract.draft.word import render_sheet
from yunqi.kernel.money import render_daxie, render_yuan
from yunqi.kernel.period import date_of
from yunqi.reports.clean import clean_data
from yunqi.reports.workbook import Head, render_table

_TRIGGERS = {
    "effective": "合同生效",
    "date": "约定日期",
    "acceptance": "验收通过",
    "invoice": "收到发票",
    "assessment": "考核合格",
    "funds": "财政资金到位",
    "expiry": "合同到期",
}
_STEPS = {
    "last_instalment": "尾款",
    "final_payment": "尾款",
    "bond": "履约保证金",
    "pay": "乙方另行支付",
    "provider_payment": "乙方另行支付",
    "unpaid": "未付款项",
}


def render_letter(data: Mapping[str, Any], *, made_at: datetime) -> bytes:
    """The letter as .docx; the same data gives the same bytes."""
    given = clean_data(data)
    sheet = Sheet(title="付款申请书", number=str(given["number"]))
    asked = int(given["asked_fen"])
    sheet.blocks += [
        Text("付款申请书", "title"),
        Text(f"致：{given['using_unit']}", "plain"),
        Text(
            f"根据贵我双方签订的《{given['title']}》（编号：{given['number']}，合同总价人民币"
            f"{_yuan(given['total_fen'])}），现申请支付第{given['no']}期款。"
        ),
        Text("一、申请金额", "article"),
        _sums(given),
        Text(f"本次申请支付人民币（大写）{render_daxie(asked)}（小写：¥{render_yuan(asked)}）。"),
        Text("二、付款条件", "article"),
        Text(_clause_words(given)),
        _conditions(given["conditions"]),
        Text(_due_words(given)),
        Text("三、发票", "article"),
        *_invoices(given["invoices"], asked),
        Text("四、验收", "article"),
        *_acceptance(given["conditions"]),
        Text("五、违约金抵扣", "article"),
        *_offsets(given),
        Text("六、收款账户", "article"),
        Text(
            f"户名：{given['payee'] or given['provider']}；开户银行：{given['bank'] or '____________'}；"
            f"账号：{given['account'] or '____________'}。"
        ),
        Text("七、附件", "article"),
        *[Text(f"{at}. {name}", "plain") for at, name in enumerate(given["attachments"], 1)],
        Text(f"申请单位（盖章）：{given['provider']}", "sign"),
        Text(f"经办人：{given['by'] or '____________'}　　　日期：{_day(date_of(made_at))}", "sign"),
    ]
    return render_sheet(sheet)


def _yuan(fen: int | None) -> str:
    return "____________元" if fen is None else f"{render_yuan(fen)}元"


def _day(on: date | str | None) -> str:
    if on is None:
        return "____年__月__日"
    day = date.fromisoformat(on) if isinstance(on, str) else on
    return f"{day.year}年{day.month}月{day.day}日"


def _sums(given: Mapping[str, Any]) -> Grid:
    rows = (
        ("本期款（合同约定）", render_yuan(given["instalment_fen"])),
        ("减：本期已付", render_yuan(given["paid_fen"])),
        ("减：违约金从本期款抵扣", render_yuan(given["offset_fen"])),
        ("本次申请", render_yuan(given["asked_fen"])),
    )
    return Grid((Column("项目", 24), Column("金额（元）", 12, "r")), rows)


def _clause_words(given: Mapping[str, Any]) -> str:
    source = given.get("source") or {}
    place = source.get("article")
    return f"合同约定见{place}。" if place else "合同约定的付款条件如下。"


def _conditions(conditions: Sequence[Mapping[str, Any]]) -> Grid:
    columns = (Column("条件", 12), Column("情况", 10, "c"), Column("日期", 10, "c"), Column("记录", 20))
    rows = tuple(
        (
            _TRIGGERS.get(str(one["name"]), str(one["name"])),
            "已成就" if one["on"] else "尚未成就",
            _day(one["on"]) if one["on"] else "—",
            str(one["fact"] or "—"),
        )
        for one in conditions
    )
    return Grid(columns, rows or (("—", "—", "—", "—"),))


def _due_words(given: Mapping[str, Any]) -> str:
    if given["due_on"] is None:
        return "付款期限自上述条件全部成就之次日起算。"
    notice = f"（依据：{given['notice']}）" if given["notice"] else ""
    return f"按合同约定，本期款应于{_day(given['due_on'])}前支付{notice}。"


def _invoices(invoices: Sequence[Mapping[str, Any]], asked: int) -> list[Block]:
    if not invoices:
        return [Text("本期款尚未登记发票。")]
    total = sum(int(one["total_fen"]) for one in invoices)
    columns = (
        Column("发票号码", 16),
        Column("开票日期", 9, "c"),
        Column("金额（元）", 10, "r"),
        Column("税额（元）", 9, "r"),
        Column("价税合计（元）", 11, "r"),
    )
    rows = tuple(
        (
            str(one["number"]),
            str(one["issued_on"]),
            render_yuan(one["net_fen"]),
            render_yuan(one["tax_fen"]),
            render_yuan(one["total_fen"]),
        )
        for one in invoices
    )
    said: list[Block] = [Grid(columns, rows), Text(f"发票合计{render_yuan(total)}元，大写：{render_daxie(total)}。")]
    if total != asked:
        said.append(Text(f"发票合计与本次申请金额相差{render_yuan(total - asked)}元。"))
    return said


def _acceptance(conditions: Sequence[Mapping[str, Any]]) -> list[Block]:
    found = next((one for one in conditions if one["name"] == "acceptance"), None)
    if found is None:
        return [Text("合同没有约定本期款以验收为付款条件。")]
    if found["on"]:
        return [Text(f"已于{_day(found['on'])}验收通过，记录编号 {found['fact'] or '—'}。")]
    return [Text("尚未登记验收通过。")]


def _offsets(given: Mapping[str, Any]) -> list[Block]:
    months = given["months"]
    if not months:
        return [Text("尚无已编制的月度结算单。")]
    columns = (Column("月份", 8, "c"), Column("违约金（元）", 12, "r"), Column("抵扣去向", 26))
    rows = tuple((str(one["month"]), _penalty(one), _steps(one)) for one in months)
    said: list[Block] = [Grid(columns, rows)]
    if any(one["provisional"] for one in months):
        said.append(Text("暂定的月份存在尚未约定的事项，其违约金未计入本次抵扣，确定后另行结算。"))
    return said


def _penalty(one: Mapping[str, Any]) -> str:
    if one["provisional"]:
        return f"暂定 {render_yuan(one['low_fen'])} – {render_yuan(one['high_fen'])}"
    return render_yuan(one["penalty_fen"])


def _steps(one: Mapping[str, Any]) -> str:
    if one["provisional"]:
        return "未计入"
    steps = [
        f"{_STEPS.get(str(each['from']), str(each['from']))} {render_yuan(each['amount_fen'])}"
        for each in one["offset"]
    ]
    return "；".join(steps) or "—"


def render_invoice_list(invoices: Sequence[Mapping[str, Any]], *, made_at: datetime, by: str) -> bytes:
    """The invoices as a workbook, a row each."""
    heads = (
        Head("发票代码"),
        Head("发票号码"),
        Head("种类"),
        Head("开票日期", "date"),
        Head("收到日期", "date"),
        Head("销售方"),
        Head("销售方纳税人识别号"),
        Head("购买方"),
        Head("购买方纳税人识别号"),
        Head("税率", "percent"),
        Head("不含税金额", "money"),
        Head("税额", "money"),
        Head("价税合计", "money"),
        Head("大写"),
        Head("文件SM3"),
    )
    kinds = {"special": "增值税专用发票", "ordinary": "普通发票"}
    from yunqi.reports.figures import parse_exact

    rows = [
        (
            one["code"],
            one["number"],
            kinds.get(str(one["kind"]), str(one["kind"])),
            date.fromisoformat(str(one["issued_on"])),
            date.fromisoformat(str(one["received_on"])),
            one["seller_name"],
            one["seller_tax_id"],
            one["buyer_name"],
            one["buyer_tax_id"],
            parse_exact(str(one["rate"])),
            one["net_fen"],
            one["tax_fen"],
            one["total_fen"],
            render_daxie(int(one["total_fen"])),
            one.get("file_sm3") or "",
        )
        for one in invoices
    ]
    return render_table("发票清单", heads, rows, made_at=made_at, by=by)


def render_offset_table(months: Sequence[Mapping[str, Any]], *, made_at: datetime, by: str) -> bytes:
    """The penalties of the months and what they are taken from, as a workbook."""
    heads = (
        Head("月份"),
        Head("版本", "int"),
        Head("状态"),
        Head("违约金", "money"),
        Head("下限", "money"),
        Head("上限", "money"),
        Head("抵扣去向", "long"),
        Head("结算单SM3"),
    )
    rows = [
        (
            one["month"],
            one["version"],
            "暂定" if one["provisional"] else "确定",
            None if one["provisional"] else one["penalty_fen"],
            one["low_fen"],
            one["high_fen"],
            _steps(one),
            one["sm3"],
        )
        for one in months
    ]
    return render_table("违约金抵扣", heads, rows, made_at=made_at, by=by)
