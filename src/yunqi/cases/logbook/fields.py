"""What an entry of a logbook says, field by field, and how what somebody typed becomes a value. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from yunqi.kernel.clock import parse_local, render_instant
from yunqi.kernel.errors import Problem, YunqiError
from yunqi.kernel.period import Month

Kind = Literal["text", "lines", "names", "count", "day", "month", "instant", "choice", "file"]
LABELS: Mapping[str, str] = {
    "scope": "范围",
    "plan": "方案",
    "plan_file": "方案文件",
    "system": "信息系统",
    "audience": "对象",
    "material": "培训内容",
    "backup": "恢复的备份",
    "permission": "书面许可",
    "minutes": "时长（分钟）",
    "participants": "参加人员",
    "result": "结果",
    "findings": "发现的问题",
    "sign_in": "签到记录",
    "sign_in_file": "签到文件",
    "restored_in": "恢复用时（分钟）",
    "verified": "数据核验",
    "closure": "问题整改",
    "level": "级别",
    "until": "结束时间",
    "set_by": "由谁确定",
    "notice": "依据的通知",
    "key_staff": "骨干与管理人员",
    "role": "岗位",
    "count": "承诺人数",
    "basis": "依据",
    "employment": "用工形式",
    "key": "骨干或管理人员",
    "undertaking_on": "保密承诺签署日",
    "undertaking": "保密承诺编号",
    "checked_on": "背景审查日",
    "check": "背景审查结论",
    "month": "月份",
    "present": "到岗人员",
    "person": "人员",
    "successor": "接替人员",
    "sort": "情形",
    "text": "详细情况",
    "note": "说明",
    "reason": "理由",
}
CHOICES: Mapping[str, Mapping[str, str]] = {
    "scope": {"platform": "云平台", "system": "信息系统"},
    "result": {"passed": "达到目的", "partly": "部分达到", "failed": "没有达到"},
    "level": {"major": "重大保障", "special": "特别重大保障"},
    "employment": {
        "employee": "劳动关系",
        "service": "劳务关系",
        "dispatched": "劳务派遣",
        "subcontracted": "分包单位人员",
    },
    "key": {"yes": "是", "no": "否"},
    "check": {"clear": "未见异常", "not_clear": "不符合要求"},
    "sort": {
        "not_provided": "未按约定提供人员",
        "changed": "擅自更换人员",
        "absent": "无故脱离岗位",
        "late": "未及时到岗",
    },
}
WAYS: Mapping[str, str] = {
    "count": "请填写 1 以上的整数",
    "day": "请按 YYYY-MM-DD 填写",
    "month": "请按 YYYY-MM 填写",
    "instant": "请按 YYYY-MM-DDThh:mm 填写（北京时间）",
    "text": "请缩短文字",
    "lines": "请缩短文字",
    "names": "每行一人，或以顿号分隔，每人不超过 60 字",
    "file": "请先上传文件",
}
_SPLIT = re.compile(r"[、,，;；\n]+")
_MOST = {"text": 300, "lines": 4000, "names": 4000, "file": 60}
_LONGEST_NAME = 60
_LONGEST_COUNT = 6


@dataclass(frozen=True, slots=True)
class Field:
    """One thing that an entry says; its label is that of its name."""

    name: str
    kind: Kind = "text"
    required: bool = False


def read_fields(fields: tuple[Field, ...], given: Mapping[str, str]) -> dict[str, Any]:
    """What was given as values: names as a list, a count as a whole number, the rest as text; empty ones are left out.

    Raises `Problem` logbook.field_unknown, logbook.field_missing and logbook.field, each naming the field.
    """
    known = {one.name: one for one in fields}
    for name in given:
        if name not in known:
            raise Problem(
                "logbook.field_unknown",
                "这里没有「{name}」这一项",
                field=name[:40],
                name=name[:40],
                known="、".join(known) or "—",
                way_out="可填：{known}",
            )
    said: dict[str, Any] = {}
    for one in fields:
        text = given.get(one.name, "").strip()
        if text:
            said[one.name] = _read(one, text)
        elif one.required:
            raise Problem(
                "logbook.field_missing",
                "缺少「{label}」",
                field=one.name,
                label=LABELS[one.name],
                way_out="请填写「{label}」",
            )
    return said


def split_names(text: str) -> list[str]:
    """The names in a text, each once, in order.

    >>> split_names("甲、乙，甲")
    ['甲', '乙']
    """
    return list(dict.fromkeys(name for part in _SPLIT.split(text) if (name := part.strip())))


def _read(one: Field, text: str) -> Any:
    if len(text) > _MOST.get(one.kind, _MOST["text"]):
        raise _wrong(one, text)
    if one.kind == "choice":
        if text not in CHOICES[one.name]:
            raise _wrong(one, text)
        return text
    if one.kind == "count":
        if not re.fullmatch(rf"[0-9]{{1,{_LONGEST_COUNT}}}", text) or int(text) < 1:
            raise _wrong(one, text)
        return int(text)
    if one.kind == "names":
        names = split_names(text)
        if not names or any(len(name) > _LONGEST_NAME for name in names):
            raise _wrong(one, text)
        return names
    try:
        if one.kind == "day":
            return date.fromisoformat(text).isoformat()
        if one.kind == "month":
            return str(Month.parse(text))
        if one.kind == "instant":
            return render_instant(parse_local(text))
    except (ValueError, YunqiError) as error:
        raise _wrong(one, text) from error
    return text


def _wrong(one: Field, text: str) -> Problem:
    if one.kind == "choice":
        return Problem(
            "logbook.field",
            "「{label}」的值「{value}」不可用",
            field=one.name,
            label=LABELS[one.name],
            value=text[:60],
            known="、".join(CHOICES[one.name]),
            way_out="应为其中之一：{known}",
        )
    return Problem(
        "logbook.field",
        "「{label}」的值「{value}」不可用：{way}",
        field=one.name,
        label=LABELS[one.name],
        value=text[:60],
        way=WAYS[one.kind],
        way_out="请核对后重填",
    )
