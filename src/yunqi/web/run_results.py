"""What long work gave: in words, and the page where one sees it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from yunqi.kernel.words import _
from yunqi.web.tables import Column, Listing, Table, listing_of
from yunqi.wire.base import Run

Made = Mapping[str, Any]
Facts = list[tuple[str, object]]
# Where one sees what a run made, by its action: the field of the result that names it, and the address.
PATHS: Mapping[str, tuple[str, str]] = {
    "adoption.preview": ("adoption_id", "/adoptions/{}"),
    "amendment.import": ("amendment_id", "/amendments/{}"),
    "application.make": ("file", "/evidence/made/{}"),
    "audit.export": ("file_id", "/audit/files/{}"),
    "audit.verify": ("", "/audit/verification/{run}"),
    "contract.import": ("contract_id", "/contracts/{}"),
    "document.make": ("", "/documents"),
    "evidence.export": ("file", "/evidence/made/{}"),
    "evidence.import": ("", "/evidence/{contract}"),
    "evidence.package": ("file", "/evidence/made/{}"),
    "evidence.verify": ("contract_id", "/evidence/{}"),
    "letter.make": ("report", "/reports/{}"),
    "month.close": ("statement_id", "/statements/{}"),
    "month.close_all": ("", "/statements"),
    "report.compose": ("id", "/reports/{}"),
    "table.export": ("file", "/evidence/made/{}"),
}
"""Without a field it is the run itself, or its contract. A test asks that no run is lacking."""
FILES = frozenset({"file", "file_id"})


def result_path(run: Run) -> str:
    """Where to go once the run is over; "" while it made nothing."""
    field, path = PATHS.get(run.action, ("", ""))
    if not path or not isinstance(run.result, dict):
        return ""
    made = run.result.get(field) if field else run.id
    if run.action == "contract.import" and made and run.result.get("uncertain"):
        return f"/contracts/{made}/text#doubt-1"  # what needs a person comes first
    return path.format(made, run=run.id, contract=run.contract_id) if made else ""


def result_words(run: Run) -> str:
    """What the way to the result says: files are handed out, everything else is looked at."""
    return _("下载文件") if PATHS.get(run.action, ("", ""))[0] in FILES else _("查看结果")


def result_facts(run: Run) -> Facts:
    """What came of it, in words; nothing for a run whose page of its own says so."""
    told = _TOLD.get(run.action)
    return told(run.result) if told is not None and isinstance(run.result, dict) else []


def findings_of(run: Run) -> Listing | None:
    """The records of the evidence that are not as they were; None where every one is."""
    if run.action != "evidence.verify" or not isinstance(run.result, dict) or not run.result.get("findings"):
        return None
    columns = (
        Column("record", _("记录"), main=True, value=lambda one: one["record"]),
        Column("position", _("位置"), numeric=True, value=lambda one: one["position"]),
        Column("day", _("日期"), value=lambda one: one["day"] or "—"),
        Column("detail", _("不符之处"), "long", value=lambda one: one["detail"]),
    )
    return listing_of(Table("findings", _("不符的记录"), columns, export=False), run.result["findings"])


def _contract(made: Made) -> Facts:
    return [
        (_("合同编号"), made.get("number")),
        (_("导入结果"), _("新合同") if made.get("new") else _("此文件已导入过，没有重复登记")),
        (_("价目"), _("{count} 行", count=made.get("price_lines"))),
        (_("审查意见"), _("{count} 条", count=made.get("findings"))),
        (_("没有把握的数据"), _("{count} 处", count=made.get("uncertain"))),
        (_("没有成为数据的文字"), _("{count} 句", count=made.get("unread"))),
    ]


def _evidence(made: Made) -> Facts:
    told: Facts = [
        (_("新增记录"), _("{count} 条", count=f"{made['written']:,}")),
        (_("已有的相同记录"), _("{count} 条，没有重复登记", count=f"{made['known']:,}")),
    ]
    if made.get("unseen"):
        told.append((_("对照表中没有数据的行"), _("、").join(made["unseen"])))
    if made.get("left_out"):
        told.append((_("对照表略过的序列"), made["left_out"]))
    if made.get("running"):
        told.append((_("时间尚未结束的值"), _("{count} 个，结束后再导入", count=made["running"])))
    return told


def _verified(made: Made) -> Facts:
    wrong = len(made["findings"])
    return [
        (_("结论"), _("核验通过") if made["passed"] else _("核验不通过：{count} 处不符", count=wrong)),
        (_("事实"), _("{count} 条", count=f"{made['facts']:,}")),
        (_("判定日"), made["verdict_days"]),
        (_("签名的日根"), made["roots"]),
        (_("尚未封存的事实"), made["unsealed"]),
        (_("最后一个日根之后的事实"), made["unsigned"]),
        (_("最后一个日根的摘要（SM3）"), made["last_root_sm3"]),
    ]


def _month(made: Made) -> Facts:
    return [
        (_("月份"), made["month"]),
        (_("版本"), made["version"]),
        (_("状态"), _("暂定") if made["provisional"] else _("确定")),
        (_("未定之处"), made["open_points"]),
    ]


def _months(made: Made) -> Facts:
    return [
        (_("月份"), made["month"]),
        (_("已结算"), _("{count} 份合同", count=made["closed"])),
        (_("其中暂定"), made["provisional"]),
        (_("未能结算"), len(made["refused"])),
    ]


_TOLD: Mapping[str, Callable[[Made], Facts]] = {
    "contract.import": _contract,
    "evidence.import": _evidence,
    "evidence.verify": _verified,
    "month.close": _month,
    "month.close_all": _months,
}
