"""Which column of a price table holds what, by the field's many names for each, wherever the header stands."""

# ruff: noqa: E501 (lists of words are read as words)
from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from yunqi.contract.documents import Table, squeeze

_BY = r"(?:投标|中标|成交|合同|综合|含税|税后|优惠后?|折扣?后|最终|执行|服务|租用|租赁|计费|计价|产品|分项|实际|人民币)"
_PERIOD_WORD = r"(?:每?(?:个?月|年度?|日|天|次|季度?))"
_COUNTED = r"(?:采购|服务|计费|计价|租用|租赁|配置|需求|使用|购买|预估|预计|暂估|合同|申请|实际|缴费|付费|结算|资源)"
_UNTAXED = r"(?:不含税|未税|除税|税前)"
_STRONG = {
    "no": r"序号?|编号|项号|行号|项次|条目号|分项编号|编码|No\.?|№",
    "item": r"目录项",
    "tax_rate": r"(?:增值税|适用)?税率",
    "tax": r"(?:增值税)?税(?:额|金)",
    "net_price": rf"{_UNTAXED}(?:综合|{_PERIOD_WORD})?(?:单价|价格)",
    "net_total": rf"{_UNTAXED}.{{0,6}}(?:合价|总价|小计|合计|金额|总额|费用|价)",
    "list_price": r"(?:原|目录|市场|刊例|官网|公开|标准|折前|优惠前|参考)(?:单价|价格?)|(?:最高)?(?:限价|控制价)|.{0,4}目录价",
    "discount": r"(?:优惠|商务)?折扣(?:率|系数|比例)?|优惠(?:率|比例|折扣)|下浮(?:率|比例)|让利率",
    "detail": r"明细(?:内容|项)?|服务(?:小类|项|子项|细项|明细)|分项(?:名称|内容)|项目内容|具体内容|子项(?:名称)?|二级(?:目录|分类|名称)|细目(?:名称)?",
    "unit_price": rf"(?:{_BY}|{_PERIOD_WORD})*(?:单价|单位价格|资费(?:标准)?|收费标准|租金)",
    "quantity": rf"{_COUNTED}*(?:数量|规模|用量|配额|台数|套数|数目)(?:合计)?",
    "periods": rf"{_COUNTED}*(?:周期|期限|时长|月数|年限|年数|次数|频次|服务期|期数|天数|服务时间)|服务期",
    "unit": rf"{_COUNTED}*(?:计量|收费)?单位|计量单位",
    "total": rf"(?:{_BY}|行|费用|{_PERIOD_WORD}|全年|本年|三年|两年|总|价税)*(?:合价|总价|小计|合计|金额|总额|总计|行价|共计|价款|总费用)(?:合计|小计)?",
    "group": r"(?:服务|产品|资源|费用|采购)?(?:大类|分类|类别|类型)|一级(?:目录|分类|名称)|(?:所属|应用|信息|业务)?系统(?:名称)?|组别|分组",
    "name": r"(?:服务|产品|资源|分项|项目|货物|标的|采购|费用|云|子类|项|细项|计费|租用|软硬件)*(?:名称|内容|项目|目录|子类|项|品名|标的|清单|构成内容|科目|资源|产品)|构成内容|项名",
    "spec": r"备注|说明|.*(?:规格|参数|描述|技术|配置|要求|型号|性能|指标|说明).*",
}
_WEAK = {
    "unit_price": rf"(?:{_BY}|{_PERIOD_WORD})*(?:报价|价格|费率|费用|金额)|价",
    "total": rf"(?:{_BY}|{_PERIOD_WORD}|项目|总)*(?:报价|费用|价格|费|价)",
    "periods": r"周期|期|月|次|期间|时间",
    "quantity": r"容量|量|核数|个数|数",
    "group": r"类|大项|服务",
}
_PATTERNS = {role: re.compile(pattern, re.IGNORECASE) for role, pattern in _STRONG.items()}
_WEAK_PATTERNS = {role: re.compile(pattern) for role, pattern in _WEAK.items()}
_OTHER_TABLE = re.compile(
    r"系数|违约|情形|扣分|扣减|付款|支付|期次|考核|指标名称|指标值|罚|分值|得分|权重|响应时间|人数|岗位"
)
_NOTE = re.compile(r"\([^()]*\)|\[[^\]]*\]")
_FIGURE = re.compile(r"^¥?\d[\d,.]*(?:元|%)?$")
PERIODS = {
    "月": "month",
    "年": "year",
    "天": "day",
    "日": "day",
    "次": "run",
    "季": "quarter",
    "季度": "quarter",
    "期": "term",
}
_PER = re.compile(
    r"[/每](?:个|1)?(月|年|天|日|次|季度|季)|(?:^|[(含税综合优惠])(?:个)?(月|年|日|天|次)(?:度)?(?:综合|含税)?(?:单价|价格|租金|资费)"
)
_PER_UNIT = re.compile(r"元/(?:1)?([^/()每月年日天次]{1,6})")


@dataclass(frozen=True, slots=True)
class Header:
    """The columns of one part of a table: role to column, and the header words of each column; `first` is the first
    row below.
    """

    roles: Mapping[str, int]
    titles: tuple[str, ...]
    first: int
    last: int
    parts: tuple[int, ...] = field(default_factory=tuple)

    def __contains__(self, role: str) -> bool:
        return role in self.roles

    def title(self, role: str) -> str:
        """The header words of a role; empty where the table has no such column."""
        return self.titles[self.roles[role]] if role in self.roles else ""

    def per(self, role: str) -> str:
        """The period that the header's price is for (month, year, day, run, quarter); empty where it says none."""
        match = _PER.search(self.title(role))
        return PERIODS[match[1] or match[2]] if match is not None else ""

    def unit(self) -> str:
        """The unit that the header's price is for; empty where it says none."""
        match = _PER_UNIT.search(self.title("unit_price"))
        return match[1] if match is not None else ""

    def is_ten_thousand(self, role: str, lead: str) -> bool:
        """Whether the amounts of a role are in 万元, by its own header or else by the words above the table."""
        title = self.title(role)
        if "元" in title:
            return "万元" in title
        return bool(re.search(r"单位:?(?:人民币)?万元|\(万元\)$", lead))


def find_headers(table: Table) -> list[Header]:
    """The headers of price tables in a table, in order: one table of a text may hold several, one below another."""
    starts: list[tuple[int, int, tuple[str, ...], dict[str, int]]] = []
    index = 0
    while index < len(table.rows):
        found = _read_header(table, index)
        if found is None:
            index += 1
            continue
        height, titles, roles = found
        if not starts or titles != starts[-1][2]:
            starts.append((index, height, titles, roles))
        index += height
    return [
        Header(roles, titles, at + height, starts[number + 1][0] if number + 1 < len(starts) else len(table.rows))
        for number, (at, height, titles, roles) in enumerate(starts)
    ]


def is_header_row(cells: tuple[str, ...]) -> bool:
    """Whether a row only repeats header words."""
    titles = [squeeze(cell) for cell in cells]
    filled = [title for title in titles if title]
    return len(filled) > 1 and len(match_roles(tuple(titles))) == len(filled)


def _read_header(table: Table, index: int) -> tuple[int, tuple[str, ...], dict[str, int]] | None:
    cells = table.rows[index].cells
    titles = tuple(squeeze(cell) for cell in cells)
    if not _looks_like_header(titles):
        return None
    if index + 1 < len(table.rows):
        below = tuple(squeeze(cell) for cell in table.rows[index + 1].cells)
        if _is_second_line(table, index + 1, below):
            joined = _join_titles(table, index, titles, below)
            roles = match_roles(joined)
            if _is_price_header(joined, roles):
                return 2, joined, roles
    roles = match_roles(titles)
    return (1, titles, roles) if _is_price_header(titles, roles) else None


def _looks_like_header(titles: tuple[str, ...]) -> bool:
    filled = [title for title in titles if title]
    return len(filled) > 1 and not any(_FIGURE.match(title) for title in filled)


def _is_second_line(table: Table, row: int, below: tuple[str, ...]) -> bool:
    if not _looks_like_header(below):
        return False
    known = sum(_role_of(title) is not None for title in below if title)
    filled = sum(bool(title) for title in below)
    lost = not below[0] or (row, 0) in table.covered
    return lost and known * 2 > filled


def _join_titles(table: Table, row: int, above: tuple[str, ...], below: tuple[str, ...]) -> tuple[str, ...]:
    joined, wide = [], ""
    for column, (high, low) in enumerate(zip(above, below, strict=True)):
        spanned = not high and bool(low)
        wide = high or (wide if spanned or (row, column) in table.covered else "")
        both = f"{wide}{low}"
        joined.append(low if not wide or (low and _role_of(both) is None) else both if low else high)
    return tuple(joined)


def _role_of(title: str) -> str | None:
    plain = _NOTE.sub("", title).strip(":")
    return next((role for role, pattern in _PATTERNS.items() if pattern.fullmatch(plain)), None)


def match_roles(titles: tuple[str, ...]) -> dict[str, int]:
    """The column of each role. Of several totals the last is the line's; of several names the first."""
    roles: dict[str, int] = {}
    left: list[tuple[int, str]] = []
    for column, title in enumerate(titles):
        plain = re.sub(r"/?(?:人民币)?(?:万元|元)(?:/.*)?$", "", _NOTE.sub("", title).strip(":"))
        if not plain:
            continue
        role = next((role for role, pattern in _PATTERNS.items() if pattern.fullmatch(plain)), None)
        if role is None:
            left.append((column, plain))
        elif role == "total" or role not in roles:
            roles[role] = column
        elif role == "name" and "detail" not in roles:
            roles["detail"] = column
        elif role == "spec":
            roles.setdefault("note", column)
    for column, plain in left:
        for role, pattern in _WEAK_PATTERNS.items():
            if role not in roles and pattern.fullmatch(plain):
                roles[role] = column
                break
    if "unit_price" not in roles and {"net_price", "list_price"} & set(roles):
        source = "net_price" if "net_price" in roles else "list_price"
        roles["unit_price"] = roles[source]
    if "total" not in roles and "net_total" in roles:
        roles["total"] = roles["net_total"]
    if "name" not in roles and "detail" not in roles and "group" in roles:
        roles["name"] = roles.pop("group")
    return roles


def _is_price_header(titles: tuple[str, ...], roles: Mapping[str, int]) -> bool:
    if any(_OTHER_TABLE.search(title) for title in titles):
        return False
    priced = {"unit_price", "quantity", "total"} & set(roles)
    named = {"name", "detail", "spec", "no", "unit"} & set(roles)
    filled = sum(bool(title) for title in titles)
    enough = len(roles) * 2 > filled
    return (
        enough and bool(priced) and bool(named) and (len(priced) > 1 or bool({"name", "detail", "spec"} & set(roles)))
    )
