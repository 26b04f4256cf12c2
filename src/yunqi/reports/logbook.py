"""The record of an exercise that was held, and the plan and roster of a protected period, in Word."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from yunqi.contract.draft.blocks import Block, Column, Grid, Sheet, Text
from yunqi.contract.draft.word import render_sheet
from yunqi.reports import figures
from yunqi.reports.clean import clean_data

_TITLES = {"drill": "应急演练记录", "training": "培训记录", "restore_drill": "备份数据恢复演练记录"}
_HEAD = ("scope", "system", "audience", "backup", "permission")
_TEXTS = (
    ("方案", "plan"),
    ("培训内容", "material"),
    ("数据核验", "verified"),
    ("发现的问题", "findings"),
    ("问题整改", "closure"),
)
_NOT_HELD = {
    "planned": "尚未开展",
    "permitted": "尚未开展",
    "refused": "未获许可，没有开展",
    "cancelled": "已取消，没有开展",
}


def render_exercise(data: Mapping[str, Any]) -> bytes:
    """The record as .docx: plan, permission, when it was held, who took part, what was found and closed."""
    given = clean_data(data)
    values = {one["name"]: one for one in given["values"]}
    title = _TITLES[given["kind"]]
    held_at = given["said"].get("hold_at")
    sheet = Sheet(title=title, number=given["number"])
    rows = [
        ("名称", given["title"]),
        ("编号", given["number"]),
        ("合同", f"《{given['contract_title']}》（{given['contract_number'] or '—'}）"),
        ("使用单位", given["using_unit"]),
        ("云服务商", given["provider"]),
        ("条款", "" if given["clause"] is None else given["clause"]["article"]),
        *((values[name]["label"], values[name]["value"]) for name in _HEAD if name in values),
        ("计划时间", figures.local(given["at"])),
        ("开展时间", figures.local(held_at) if held_at else _NOT_HELD.get(given["state"], "尚未登记")),
        *(
            (values[name]["label"], values[name]["value"])
            for name in ("minutes", "restored_in", "result")
            if name in values
        ),
        ("状态", given["state_name"]),
    ]
    sheet.blocks += [Text(title, "title"), _pairs(rows)]
    for head, name in _TEXTS:
        if name in values:
            sheet.blocks += [Text(head, "article"), *_lines(values[name]["value"])]
    if held_at and "findings" not in values:
        sheet.blocks += [Text("发现的问题", "article"), Text("无。")]
    sheet.blocks += _participants(given["said"].get("participants") or [])
    if "sign_in" in values:
        sheet.blocks += [Text("签到", "article"), Text(_sign_in(values))]
    sheet.blocks += _signatures(given)
    return render_sheet(sheet)


def _pairs(rows: list[tuple[str, str]]) -> Grid:
    return Grid((Column("项目", 5), Column("内容", 20)), tuple(row for row in rows if row[1]))


def _lines(words: str) -> Iterator[Text]:
    return (Text(part.strip()) for part in words.splitlines() if part.strip())


def _sign_in(values: Mapping[str, Any]) -> str:
    file = values.get("sign_in_file")
    return f"{values['sign_in']['value']}（附件：{file['value']}）" if file else str(values["sign_in"]["value"])


def _participants(names: list[str]) -> list[Block]:
    if not names:
        return []
    rows = tuple((str(number), name, "") for number, name in enumerate(names, 1))
    return [
        Text(f"参加人员（{len(names)} 人）", "article"),
        Grid((Column("序号", 3, "c"), Column("姓名", 10), Column("签字", 12)), rows),
    ]


def _signatures(given: Mapping[str, Any]) -> list[Block]:
    confirmed = given["said"].get("confirm_at")
    words = f"使用单位已于{figures.local(confirmed)}确认。" if confirmed else "使用单位尚未确认。"
    return [
        Text(words),
        Text(f"云服务商：{given['provider']}（签字）____", "sign"),
        Text(f"使用单位：{given['using_unit']}（签字）____", "sign"),
    ]


def render_protection(data: Mapping[str, Any]) -> bytes:
    """The plan and roster as .docx: the period and its notice, named people, shifts with who came, gaps, duty log."""
    given = clean_data(data)
    values = {one["name"]: one for one in given["values"]}
    manning = given["manning"]
    title = "重要保障期值守方案与值守记录"
    sheet = Sheet(title=title, number=given["number"])
    rows = [
        ("名称", given["title"]),
        ("编号", given["number"]),
        ("合同", f"《{given['contract_title']}》（{given['contract_number'] or '—'}）"),
        ("起止时间", f"{figures.local(given['at'])} 至 {figures.local(given['until_at'])}"),
        *((values[name]["label"], values[name]["value"]) for name in ("level", "set_by", "notice") if name in values),
        ("状态", given["state_name"]),
    ]
    sheet.blocks += [Text(title, "title"), _pairs(rows), Text("一、方案", "article")]
    sheet.blocks += list(_lines(values["plan"]["value"])) if "plan" in values else [Text("尚未提交方案。")]
    sheet.blocks.append(Text("二、骨干与管理人员", "article"))
    sheet.blocks += _key_staff(given["said"].get("key_staff") or [], manning)
    sheet.blocks.append(Text("三、现场值守表", "article"))
    sheet.blocks += _roster(manning["shifts"])
    sheet.blocks.append(Text("四、值守空缺", "article"))
    sheet.blocks += _gaps(manning["gaps"])
    sheet.blocks.append(Text("五、值守记录", "article"))
    notes = [one for one in manning["shifts"] if one["note"]]
    sheet.blocks += [Text(f"{figures.local(one['left_at'])} {one['person']}：{one['note']}") for one in notes] or [
        Text("没有交班记录。")
    ]
    sheet.blocks += [
        Text(f"云服务商：{given['provider']}（签字）____", "sign"),
        Text(f"使用单位：{given['using_unit']}（签字）____", "sign"),
    ]
    return render_sheet(sheet)


def _key_staff(names: list[str], manning: Mapping[str, Any]) -> list[Block]:
    if not names:
        return [Text("没有写明。")]
    missing = set(manning["missing"])
    lacking = "没有到岗登记" if manning["over"] else "尚无到岗登记"
    rows = tuple((name, lacking if name in missing else "有到岗登记") for name in names)
    return [Grid((Column("姓名", 10), Column("到岗", 15)), rows)]


def _roster(shifts: list[Mapping[str, Any]]) -> list[Block]:
    if not shifts:
        return [Text("没有排班。")]
    rows = tuple(
        (
            one["person"],
            one["telephone"],
            figures.local(one["start_at"]),
            figures.local(one["end_at"]),
            figures.local(one["taken_at"]) if one["taken_at"] else figures.NONE,
            figures.local(one["left_at"]) if one["left_at"] else figures.NONE,
        )
        for one in shifts
    )
    heads = (("值守人", 4), ("电话", 8), ("起", 7), ("止", 7), ("到岗", 7), ("交班", 7))
    return [Grid(tuple(Column(head, width) for head, width in heads), rows)]


def _gaps(gaps: list[Mapping[str, Any]]) -> list[Block]:
    if not gaps:
        return [Text("没有空缺。")]
    rows = tuple((figures.local(one["start_at"]), figures.local(one["end_at"]), one["why_name"]) for one in gaps)
    return [Grid((Column("起", 8), Column("止", 8), Column("情形", 8)), rows)]
