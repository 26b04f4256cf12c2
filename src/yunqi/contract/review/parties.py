"""The review of names and copies: parties in body and annexes, roles, contacts, copies, annexes that are missing."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator

from yunqi.contract.clauses.base import Finding
from yunqi.contract.clauses.words import ROLES
from yunqi.contract.documents import squeeze
from yunqi.contract.model import Contract
from yunqi.contract.outline import Outline
from yunqi.contract.review.codes import find_by
from yunqi.contract.review.passages import Passage, list_passages
from yunqi.kernel.words import _

Check = Callable[[Contract, Outline], Iterator[Finding]]

_NUMERALS = {char: value for value, char in enumerate("零壹贰叁肆伍陆柒捌玖拾")} | {
    char: value for value, char in enumerate("〇一二三四五六七八九十")
}
_COPIES = re.compile(
    r"一式[^\d零壹贰叁肆伍陆柒捌玖拾一二三四五六七八九十两]{0,2}(?P<count>[壹贰叁肆伍陆柒捌玖拾一二三四五六七八九十两]{1,2}|\d{1,2})份"
)
_EACH = re.compile(
    r"(?P<who>甲[、,]?乙双方各|双方各|甲、乙方各|甲方|乙方|[^,;。]{2,12}?(?:部门|单位|机构|备案))(?:各)?(?:执|持|留存|保存|存)?(?:有)?(?P<count>[壹贰叁肆伍陆柒捌玖拾一二三四五六七八九十两]{1,2}|\d{1,2})份"
)
_NAMED = re.compile(
    r"^(?P<role>甲方|乙方)(?:\([^)]{0,12}\))?[:：](?P<name>[^,;。:|]{0,40}?)(?:\((?:单位)?(?:公章|盖章|单位盖章|签章)\))?$"
)
_BOTH = re.compile(r"甲方:(?P<first>[^,;。:|、]{0,40})[、,]乙方:(?P<second>[^,;。:|、]{0,40})")
_STRANGE_ROLES = re.compile(r"云(?:安全|综合|服务|平台)?(?:监管|监理|集成|运营|运维)(?:服务)?(?:商|单位|机构)")


def check_parties(contract: Contract, outline: Outline) -> Iterator[Finding]:
    """The names of the two parties, wherever they stand."""
    passages = list_passages(outline)
    body: dict[str, str | None] = {"甲方": contract.parties.using_unit, "乙方": contract.parties.provider}
    for role, name in body.items():
        stated: list[tuple[str, Passage]] = []
        for index, passage in enumerate(passages):
            following = passages[index + 1].text if index + 1 < len(passages) else ""
            found_here = [words for words in _names_in(passage.text, role) if not _goes_on(words, following, name)]
            stated.extend((_own_name(words), passage) for words in found_here)
        in_annex = [(found, passage) for found, passage in stated if passage.part]
        names = Counter(found for found, passage in stated if found and not passage.part)
        known = squeeze(name) if name else (names.most_common(1)[0][0] if names else "")
        blank = [passage for found, passage in in_annex if not found]
        other = [(found, passage) for found, passage in in_annex if found and found != known and len(found) > 1]
        different = other[:1] or ([("", blank[0])] if blank and known else [])
        if different and (different[0][0] or known) and not _alike(different[0][0], known):
            found, passage = different[0]
            yield find_by(
                "party.annex_differs",
                [passage.source, contract.parties.source],
                role=role,
                annex=found or "（空白）",
                body=known or "（空白）",
                name=known or "＿＿＿＿",
            )
        forms = dict.fromkeys(found for found, __ in stated if known and found != known and _alike(found, known))
        if forms:
            yield find_by(
                "party.several_forms",
                [passage.source for found, passage in stated if found in forms],
                role=role,
                names="、".join(f"“{form}”" for form in (known, *forms)),
                name=known,
            )


def _names_in(text: str, role: str) -> Iterator[str]:
    """What stands behind a role that begins a line, or behind the second role of a line that names both."""
    match = _NAMED.match(text)
    if match is not None and match["role"] == role:
        yield match["name"]
    both = _BOTH.fullmatch(text)
    if both is not None:
        yield both["first"] if role == "甲方" else both["second"]


def _goes_on(words: str, following: str, name: str | None) -> bool:
    known, begun = squeeze(name or ""), _own_name(words)
    return bool(begun) and known != begun and known.startswith(begun) and following.startswith(known[len(begun) :][:4])


def _own_name(words: str) -> str:
    words = re.sub(r"^[X×Ｘ*＿_]+$", "", words)
    return re.sub(r"^(?:\(?(?:单位|公司|盖章|签章)\)?[:：]?)+$|\((?:盖章|公章|签章|单位盖章)\)", "", words)


def _alike(one: str, other: str) -> bool:
    return one != other and (one in other or other in one or one[:4] == other[:4]) and min(len(one), len(other)) > 3


def check_roles(contract: Contract, outline: Outline) -> Iterator[Finding]:
    """Roles that no article defines where another of the kind is defined."""
    defined = {role.title for role in contract.parties.roles} | (
        {"云综合监管服务商"}
        if any("云综合监管服务商:" in passage.text for passage in list_passages(outline))
        else set()
    )
    if not defined:
        return
    strange: dict[str, list[Passage]] = {}
    for passage in list_passages(outline):
        for match in _STRANGE_ROLES.finditer(passage.text):
            if match[0] not in defined | set(ROLES) and not any(title in match[0] for title in defined):
                strange.setdefault(match[0], []).append(passage)
    for word, found in strange.items():
        nearest = max(defined, key=lambda title: len(set(title) & set(word)))
        definition = next((role.source for role in contract.parties.roles if role.title == nearest), None)
        yield find_by(
            "word.role_undefined",
            [*(passage.source for passage in found[:4]), definition],
            word=word,
            defined=nearest,
        )


def check_contacts(contract: Contract, outline: Outline) -> Iterator[Finding]:
    """Persons to write to, and the account to pay to."""
    whole = "\n".join(passage.text for passage in list_passages(outline))
    lacks = []
    if not re.search(r"联系人|项目负责人|指定代表|项目经理|收件人", whole):
        lacks.append("双方联系人")
    if not re.search(r"电话|手机|传真|邮箱|电子邮件地址", whole):
        lacks.append("联系电话或电子邮箱")
    if not re.search(r"账号|账户|帐号|开户行|开户银行", whole):
        lacks.append("乙方收款账户")
    if lacks:
        yield find_by("contact.missing", [contract.parties.source], titles="、".join(lacks))


def check_copies(contract: Contract, outline: Outline) -> Iterator[Finding]:
    """Copies that do not add up, and annexes with another number than the contract."""
    totals: list[tuple[int, Passage]] = []
    for passage in list_passages(outline):
        match = _COPIES.search(passage.text)
        if match is None:
            continue
        total = _count(match["count"])
        totals.append((total, passage))
        parts = [
            _count(each["count"]) * (2 if "双方" in each["who"] or "甲、乙方" in each["who"] else 1)
            for each in _EACH.finditer(passage.text[match.end() :])
        ]
        if parts and sum(parts) != total and (len(parts) > 1 or (sum(parts) == parts[0] and "双方" in passage.text)):
            yield find_by("copies.differ", [passage.source], total=total, sum=sum(parts))
    of_body = [(total, passage) for total, passage in totals if not passage.part]
    of_annex = [(total, passage) for total, passage in totals if passage.part]
    if of_body and of_annex and of_body[0][0] != of_annex[0][0]:
        yield find_by(
            "copies.annex_differ",
            [of_body[0][1].source, of_annex[0][1].source],
            body=of_body[0][0],
            annex=of_annex[0][0],
        )


def _count(words: str) -> int:
    if words.isdigit():
        return int(words)
    if words == "两":
        return 2
    if len(words) == 2 and words[0] in "拾十":
        return 10 + _NUMERALS[words[1]]
    return _NUMERALS.get(words[0], 0)


def check_annexes(contract: Contract, outline: Outline) -> Iterator[Finding]:
    """Annexes that the articles name by number and that the text does not hold."""
    parts = {clause.part for clause in outline.everything() if clause.part} | {each.part for each in outline.tables}
    if not parts:
        return
    named: dict[str, Passage] = {}
    for passage in list_passages(outline):
        if passage.part:
            continue
        for match in re.finditer(r"附件(\d{1,2}|[一二三四五六七八九十])(?!\d)(?:所列|所附|规定|约定|中)", passage.text):
            number = match[1] if match[1].isdigit() else str(_NUMERALS[match[1]])
            named.setdefault(f"附件{number}", passage)
    missing = [name for name in named if name not in parts]
    if missing:
        yield find_by("annex.missing", [named[name].source for name in missing], name="、".join(missing))


_DOCUMENTS = re.compile("招标文件|采购文件|磋商文件|投标文件|响应文件|报价文件|中标通知书|成交通知书|附件")
_TOGETHER = re.compile("组成部分|构成(?:本|整个)?合同|不可分割的部分")


def check_documents(contract: Contract, outline: Outline) -> Iterator[Finding]:
    """Several documents that make up the contract, without a word on which of them prevails."""
    ranked = "".join(one.name for one in contract.documents)
    for passage in list_passages(outline):
        names = list(dict.fromkeys(_DOCUMENTS.findall(passage.text)))
        if len(names) > 1 and _TOGETHER.search(passage.text) and not all(name in ranked for name in names):
            yield find_by("documents.no_order", [passage.source], names="、".join(names))
            return


def tell_precedence(contract: Contract, findings: Iterable[Finding]) -> Iterator[Finding]:
    """The same findings; where body and annex differ and the contract ranks them, each says which prevails."""
    names = [one.name for one in contract.documents]
    annex = next((place for place, name in enumerate(names) if "附件" in name), None)
    body = next((place for place, name in enumerate(names) if re.search("正文|本?合同|协议书", name)), None)
    for one in findings:
        parts = {source.article.startswith("附件") for source in one.sources}
        if annex is None or body is None or annex == body or len(parts) < 2 or not one.code.endswith("differs"):
            yield one
            continue
        said = _("按合同所定的解释顺序，以{name}为准", name=names[min(annex, body)])
        yield one.model_copy(update={"matters": f"{one.matters}；{said}" if one.matters else said})


PARTY_CHECKS: tuple[Check, ...] = (
    check_parties,
    check_roles,
    check_contacts,
    check_copies,
    check_annexes,
    check_documents,
)
