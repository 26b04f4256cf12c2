"""Finds number, title, parties, dates of signature and the order of documents."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from yunqi.contract.clauses.base import Extraction, Source, Uncertain, sentence_source, source_of
from yunqi.contract.clauses.party.schema import Parties, Ranked, Role
from yunqi.contract.clauses.words import ROLES
from yunqi.contract.documents import squeeze
from yunqi.contract.numbers import DATE, read_date
from yunqi.contract.outline import Clause, Outline

AFTER: tuple[str, ...] = ()

_NUMBER = re.compile(
    r"^(?:政府采购)?(?:合同|协议)(?:编)?号[:]?([A-Za-z0-9一-龥()\[\]〔〕/.-]*\d[A-Za-z0-9一-龥()\[\]〔〕/.-]*)$"
)
_PROJECT = re.compile(r"^(?:采购)?项目编号[:]?([A-Za-z0-9()\[\]〔〕/.-]*\d[A-Za-z0-9()\[\]〔〕/.-]*)$")
_CALLED = (
    "使用单位|采购人|采购单位|采购方|购买方|用户单位|委托方|委托人|发包人|发包方|需方|买方"
    "|云服务商|供应商|服务商|服务提供商|服务方|中标人|成交供应商|受托方|受托人|承包人|承包方|供方|卖方"
)
_SIDE = re.compile(rf"^(?:(?:{_CALLED})\(?)?(甲|乙)方\)?(?:\([^()]{{2,8}}\))?:")
_PARTY = re.compile(rf"^(?:(?:{_CALLED})\(?)?(甲|乙)方\)?(?:\((?:{_CALLED}|盖章|全称)\))?:([^:。]{{2,80}})$")
_SHORT_NAMED = re.compile(r"^[^:()]{2,12}\((?:以下)?(?:简称|称)(?:为)?[“\"「'‘]?(甲|乙)方[”\"」'’]?\):([^:。]{2,80})$")
_NAMED_SHORT = re.compile(
    rf"^(?:{_CALLED}):(?P<name>[^:。]{{2,60}}?)\((?:以下|下)?(?:简称|称)(?:为)?[“\"「'‘]?(?P<side>甲|乙)方[”\"」'’]?\)$"
)
"""「委托方(以下简称甲方):…」, and 「委托方:…(下称甲方)」."""
_ADDRESS = re.compile(r"^(?:注册|有效联系|联系|通讯|办公)?(?:地址|住所):(.{4,})$")
_ROLE = re.compile(
    r"^(?:\d{1,2}(?:\.\d{1,2}){0,2}[.、]?)?"  # a number that stayed in the text
    rf"({'|'.join(sorted(ROLES, key=len, reverse=True))})[:是指为]+(.+?)[。;]?$"
)
_PRECEDENCE = re.compile(r"(补充协议|补充合同)与(本?(?:协议|合同))(?:不一致|有?冲突|相冲突)")
_CHAIN = re.compile(r"(?:优先|解释)(?:解释)?(?:次序|顺序)[^:]{0,12}[:为]([^。]+)")
_LATER = re.compile("补充(?:协议|合同)")
_IN_THIS_ORDER = re.compile(
    r"(?:以|按|依)(?:上述|前述|上列|所列)[^。;:]{0,10}(?:顺序|次序|排列)[^。;:]{0,14}(?:为准|优先)"
    r"|(?:顺序|次序|排列|排序)(?:上)?(?:在|靠)(?:前|先)[^。;:]{0,6}(?:为准|优先)"
)
_LIST = re.compile(r":([^:。]*、[^:。]*)。?[^:]*$")
_DOCUMENT = re.compile("合同|协议|通知书|招标|投标|磋商|响应|报价|附件|澄清|答疑|图纸|标准")
_LONGEST_NAME = 30
_SIGNED = re.compile(r"(?:签署日期|签订日期|签约日期|日期|公章|专用章|盖章|签字)[:]?.{0,12}?(" + DATE + ")")
_BLANK_NAME = re.compile(r"^[xX*/\\-]*$|^[((]?(?:盖章|公章|签字|单位|公司|签章)")


def extract(document: Outline, so_far: Mapping[str, Any]) -> Extraction:
    """Number, title, parties and signature."""
    result = Extraction()
    values = result.values
    values["number"], values["number_source"] = _find_line(document, _NUMBER)
    values["project_number"], __ = _find_line(document, _PROJECT)
    values["title"] = _find_title(document)
    values["parties"] = _find_parties(document, result)
    values["documents"] = _find_documents(document)
    signed, source = _find_signature(document)
    if signed is not None and source is not None and _changes_by_itself(source, document):
        result.uncertain.append(Uncertain(path="signed_on", candidates=[signed.isoformat()], source=source))
        signed = None
    values["signed_on"], values["signed_source"] = signed, source
    return result


def _find_line(document: Outline, pattern: re.Pattern[str]) -> tuple[str | None, Source | None]:
    for clause in (*document.front, *document.back):
        match = pattern.match(clause.text)
        if match is not None:
            return match[1], source_of(clause)
    return None, None


def _find_title(document: Outline) -> str | None:
    best = ""
    for clause in document.front:
        text = clause.text
        if _SIDE.match(text) or _SHORT_NAMED.match(text) or _NAMED_SHORT.match(text):
            break
        if text.startswith(("甲方", "乙方")):
            break
        if re.match(r"^(?:政府采购)?(?:合同|项目)(?:编)?号", text) or re.match(r"^[^:]{2,8}:", text):
            continue
        known = re.search(r"项目|合同|协议|采购|服务", text)
        if re.search("。|甲、?乙双方|甲乙双方|双方经|根据《|按照《|^鉴于|如下(?:条款|协议)", text):
            break  # the preamble
        if known and len(text) > len(squeeze(best)) and len(text) <= 80:
            best = clause.plain.raw.strip()
    return best or None


def _find_parties(document: Outline, result: Extraction) -> Parties:
    named: dict[str, list[tuple[str, Clause]]] = {"甲": [], "乙": []}
    addresses: dict[str, str] = {}
    side = ""
    for clause in document.everything():
        match = _PARTY.match(clause.text) or _SHORT_NAMED.match(clause.text)
        named_so = _NAMED_SHORT.match(clause.text)
        if named_so is not None:
            side = named_so["side"]
            named[side].append((clause.plain.words(*named_so.span("name")).strip(), clause))
        begun = _SIDE.match(clause.text)
        side = begun[1] if begun is not None else match[1] if match is not None else side
        if match is not None and not _BLANK_NAME.match(match[2]) and not match[2].startswith("北京市市级政务云管理"):
            words = re.sub(r"(?<=[一-龥])\s+(?=[一-龥])", "", clause.plain.words(*match.span(2)).strip())
            name = re.sub(r"\s*[(（](?:单位)?(?:盖章|公章|章|签字|签章|以下简称.*)[)）]?$", "", words)
            if name:
                named[match[1]].append((name, clause))
        address = _ADDRESS.match(clause.text)
        if address is not None and side and not clause.part and side not in addresses:
            addresses[side] = address[1]
    for placed in document.tables:
        if placed.part:
            continue
        for row in placed.table.rows:
            cells = [squeeze(cell) for cell in row.cells if cell.strip()]
            if len(cells) >= 3 and cells[0] in {"甲方", "乙方"} and cells[1].startswith("名称"):
                named[cells[0][0]].append((cells[2], Clause("", "", "", "", _plain(row.cells), row.place)))
    roles = _find_roles(document)
    by_role = {role.role: role.name for role in roles}
    names = {key: _settle(key, found, by_role, result) for key, found in named.items()}
    first = named["甲"] or named["乙"]
    source = None
    if first:
        source = source_of(first[0][1])
        if named["甲"] and named["乙"]:
            source.text = f"{source.text} / {source_of(named['乙'][0][1]).text}"
    return Parties(
        using_unit=names["甲"] or by_role.get("using_unit"),
        provider=names["乙"] or by_role.get("provider"),
        administration=by_role.get("administration"),
        supervisor=by_role.get("supervisor"),
        integrator=by_role.get("integrator"),
        roles=roles,
        using_unit_address=addresses.get("甲"),
        provider_address=addresses.get("乙"),
        source=source,
    )


def _plain(cells: tuple[str, ...]) -> Any:
    from yunqi.contract.documents import Plain

    return Plain(" ".join(cell for cell in cells if cell.strip()))


def _settle(
    side: str, found: list[tuple[str, Clause]], roles: Mapping[str, str | None], result: Extraction
) -> str | None:
    """The name that most places give; a broken-off beginning of a longer name does not count."""
    spelt: dict[str, str] = {}  # 「（集团）」 and 「(集团)」 are one name: the first spelling stands
    found = [(spelt.setdefault(squeeze(name), name), clause) for name, clause in found]
    names = Counter(name for name, __ in found)
    for name in list(names):
        if any(other != name and other.startswith(name) for other in names):
            del names[name]
    if not names:
        return None
    most = names.most_common()
    if len(most) > 1:
        defined = roles.get("using_unit" if side == "甲" else "provider")
        if most[0][1] == most[1][1] and defined not in names:
            result.uncertain.append(
                Uncertain(
                    path="parties.using_unit" if side == "甲" else "parties.provider",
                    candidates=[name for name, __ in most],
                    source=source_of(found[0][1]),
                )
            )
            return None
        if defined in names:
            return defined
    return most[0][0]


def _find_roles(document: Outline) -> list[Role]:
    roles: list[Role] = []
    for clause in document.body():
        match = _ROLE.match(clause.text)
        if match is None or any(role.title == match[1] for role in roles):
            continue
        words = re.sub(r"^(?:本)?(?:协议|合同)(?:的)?[甲乙]方[,:]?", "", match[2])
        words = re.sub(r"[,(]?即?(?:本)?(?:协议|合同)(?:的)?[甲乙]方\)?$", "", words)
        is_name = 4 <= len(words) <= 30 and not re.search(
            r"经.+授权|为甲方|为使用单位|单位。?$|服务商。?$|[,。]|\(|的", words
        )
        roles.append(
            Role(role=ROLES[match[1]], title=match[1], name=words if is_name else None, source=source_of(clause))
        )
    return roles


def _find_documents(document: Outline) -> list[Ranked]:
    """The documents in their order of precedence; a later agreement that is said to prevail comes first."""
    ranked = _find_chain(document) or _find_listed(document)
    for clause in document.body():
        match = _PRECEDENCE.search(clause.text)
        if match is not None and "为准" in clause.text[match.end() : match.end() + 30]:
            if any(_LATER.search(one.name) for one in ranked):
                break
            source = sentence_source(clause, match.start())
            rest = ranked or [Ranked(name=match[2], source=source)]
            return [Ranked(name=match[1], source=source), *rest]
    return ranked


def _find_chain(document: Outline) -> list[Ranked]:
    """An order that is said to be one: 「解释顺序为:补充协议、合同书…」."""
    for clause in document.everything():
        chain = _CHAIN.search(clause.text)
        if chain is not None and re.search("[、>;]", chain[1].rstrip(";")):
            return _rank(re.split(r"[、>,;]", chain[1]), source_of(clause))
    return []


def _find_listed(document: Outline) -> list[Ranked]:
    """Documents in a list, in one sentence or in lines, whose order is said to decide behind it."""
    lines = list(document.everything())
    for at, clause in enumerate(lines):
        said = _IN_THIS_ORDER.search(clause.text)
        if said is None:
            continue
        listed = _LIST.search(clause.text[: said.start()])
        if listed is not None:
            return _rank(filter(_DOCUMENT.search, re.split("[、,;]", listed[1])), source_of(clause))
        found: list[Ranked] = []
        for line in reversed(lines[:at]):
            name = re.sub(r"[;。,]$", "", line.text)
            if len(name) > _LONGEST_NAME or name.endswith(":") or not _DOCUMENT.search(name):
                break
            found.insert(0, Ranked(name=name, source=source_of(line)))
        if len(found) > 1:
            return found
    return []


def _rank(names: Iterable[str], source: Source) -> list[Ranked]:
    bare = (re.sub(r"^(?:\(?\d{1,2}[).、:]|[①-⑳])", "", name) for name in names)
    return [Ranked(name=name, source=source) for name in bare if name]


def _changes_by_itself(source: Source, document: Outline) -> bool:
    """Whether the words hold a date that the file sets anew whenever it is opened."""
    words = squeeze(source.text)
    fields = (squeeze(mark.text) for mark in document.document.marks if mark.kind == "date_field")
    return any(field in words or words in field for field in fields if field)


def _find_signature(document: Outline) -> tuple[date | None, Source | None]:
    found: list[tuple[date, Source]] = []
    for clause in document.back:
        for match in re.finditer(DATE, clause.text):
            on = read_date(match[0])
            if on is not None:
                found.append((on, source_of(clause)))
    for placed in document.tables:
        text = squeeze(" ".join(cell for row in placed.table.rows for cell in row.cells))
        if placed.part or not ("甲方" in text and "乙方" in text and re.search("公章|专用章|盖章|签字|签章", text)):
            continue
        for row in placed.table.rows:
            for match in re.finditer(DATE, squeeze(" ".join(row.cells))):
                on = read_date(match[0])
                if on is not None:
                    clause = Clause(placed.article, "", "", "", _plain(row.cells), row.place)
                    found.append((on, source_of(clause)))
    if not found:
        for clause in (*document.front, *document.body()):
            stated = re.search(rf"(?:签订|签署|签约)(?:日期|时间|于|日)?:?({DATE})", clause.text)
            on = read_date(stated[1]) if stated is not None else None
            if on is not None:
                found.append((on, source_of(clause)))
    if not found:
        return None, None
    return max(found, key=lambda entry: entry[0])
