"""Hypothesis strategies for contract data that a sound contract may hold, every key of the form."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import Any

from hypothesis import strategies as st
from tests.kits.contract_penalties import penalties
from tests.kits.contract_values import amounts, dates, days, durations, lists, maybe, names, shares

from yunqi.contract.clauses.price_line.parameters import read_parameters
from yunqi.kernel.money import decimal_text, round_fen

_PLACES = ["云州", "海陵", "青石", "望川", "临溪"]
_UNITS = ["数据管理局", "公共服务中心", "档案馆", "水务局", "图书馆"]
_FIRMS = ["云岭数字技术有限公司", "北辰云计算股份有限公司", "远山信息科技有限公司"]


@st.composite
def parties(draw: st.DrawFn) -> dict[str, Any]:
    using = maybe(st.builds(lambda a, b: f"{a}市{b}", st.sampled_from(_PLACES), st.sampled_from(_UNITS)))
    found: dict[str, Any] = {"using_unit": draw(using), "provider": draw(maybe(st.sampled_from(_FIRMS))), "roles": []}
    titles = {"administration": "政务云管理单位", "supervisor": "云综合监管服务商", "integrator": "信息系统服务商"}
    for role in draw(st.lists(st.sampled_from(list(titles)), unique=True)):
        name = draw(maybe(st.sampled_from(["云州市大数据局", "海陵市测评中心", "望川软件有限公司"])))
        found["roles"].append({"role": role, "title": titles[role], "name": name})
        found[role] = name
    for side in ("using_unit", "provider"):
        found[f"{side}_address"] = draw(maybe(st.sampled_from(["云州市长堤路18号", "海陵市星火街66号3层"])))
    return found


@st.composite
def terms(draw: st.DrawFn, signed_on: str | None) -> dict[str, Any]:
    kind = draw(st.sampled_from([None, "date", "signature", "activation"]))
    months = draw(maybe(st.integers(1, 60)))
    start, end = sorted((draw(dates), draw(dates)))
    if kind is None:
        return {}
    if kind == "date":
        return {"from": kind, "start_on": start, "end_on": end, "months": months}
    start_on = signed_on if kind == "signature" else None
    return {"from": kind, "start_on": start_on, "end_on": end, "months": months}


_LINES = [
    ("云主机 vCPU", "compute.vcpu", "核", {"clock_ghz": "2.4"}),
    ("云主机内存", "compute.memory", "GB", {}),
    ("物理服务器", "compute.physical_server", "台", {"memory_gb": 128, "network_cards": 2, "cpu": "2*E5-2680-V3"}),
    ("普通性能存储", "storage.normal", "GB", {"iops_min": 2000, "iops_max": 5000}),
    ("高性能存储", "storage.high", "GB", {"iops_min": 5000}),
    ("对象存储", "storage.object", None, {}),
    ("SSL VPN 接入", "network.vpn", "账号", {"protocol": "SSL VPN"}),
    ("签名验签", "crypto.signature", "套", {"rate_per_hour": 10000}),
    ("以太专线", "network.leased_line", "条", {"bandwidth_mbit": 20}),
    ("安全加固乙", "security.hardening", "台", {"attended": "7*24"}),
    ("一项没有目录的服务", None, "项", {}),
]


@st.composite
def price_lines(draw: st.DrawFn) -> list[dict[str, Any]]:
    priced = draw(st.booleans())
    lines: list[dict[str, Any]] = []
    for no in range(1, draw(st.integers(0, 6)) + 1):
        name, item, unit, parameters = draw(st.sampled_from(_LINES))
        shown = {key: value for key, value in parameters.items() if draw(st.booleans())}
        if shown.get("iops_max") and "iops_min" not in shown:
            del shown["iops_max"]
        shown = read_parameters(name) | shown
        line: dict[str, Any] = {"no": no, "name": name, "item": item, "unit": unit, "parameters": shown}
        line["group"] = draw(maybe(st.sampled_from(["基础资源", "安全服务"])))
        count = draw(st.integers(1, 60))
        line["periods"] = draw(maybe(st.sampled_from([{"count": count, "unit": u} for u in ("month", "run", "term")])))
        quantity = decimal_text(Decimal(draw(st.integers(1, 10**8))) / 100)
        heads = [one["no"] for one in lines if one.get("total_fen") is not None]
        if heads and draw(st.booleans()):
            line |= {"bundle": draw(st.sampled_from(heads)), "quantity": draw(maybe(st.just(quantity)))}
        else:
            line["quantity"] = quantity
        if priced and line.get("bundle") is None:
            price = decimal_text(Decimal(draw(st.integers(1, 10**7))) / 100)
            periods = line["periods"]["count"] if line["periods"] else 1
            exact = Fraction(Decimal(price)) * Fraction(Decimal(quantity)) * 100 * periods
            line |= {"unit_price": price, "total_fen": round_fen(exact)}
            gap = draw(st.sampled_from([None, None, None, "unit_price", "quantity", "total_fen"]))
            if gap:
                line[gap] = None
        lines.append(line)
    return lines


@st.composite
def service_levels(draw: st.DrawFn) -> dict[str, Any]:
    shared = draw(st.booleans())
    metrics = ["availability", "durability", "data_availability"]
    if not shared:
        metrics = ["response", "recovery", "arrival", "location", "scale_out", "creation", "rework"]
    return {
        "metric": draw(st.sampled_from(metrics)),
        "operator": draw(st.sampled_from([">=", ">", "<=", "<"])),
        "threshold": draw(shares) if shared else str(draw(st.integers(1, 500))),
        "unit": "share" if shared else draw(st.sampled_from(["minute", "hour", "day", "working_day"])),
        "statistic": draw(st.sampled_from([None, "each", "average"])),
        "object": draw(st.sampled_from([None, "platform", "service", "system", "data", "fault", "pool"])),
        "condition": draw(st.sampled_from([None, "important_system", "internet_facing", "down", "not_down"])),
        "window": draw(st.sampled_from([None, "month", "year", "term"])),
        "clock_start": draw(st.sampled_from([None, "occurrence", "notice", "response"])),
    }


@st.composite
def instalments(draw: st.DrawFn, total: int | None) -> list[dict[str, Any]]:
    found = []
    for no in range(1, draw(st.integers(0, 4)) + 1):
        by_on = draw(maybe(dates))
        share = draw(maybe(shares))
        events = draw(st.lists(st.sampled_from(["effective", "acceptance", "invoice", "funds", "expiry"]), unique=True))
        found.append(
            {
                "no": no,
                "amount_fen": draw(amounts if share is None else maybe(amounts)),
                "share": share,
                "share_stated": share is not None,
                "triggers": [*events, *(["date"] if by_on else [])],
                "within": draw(maybe(durations("day", "working_day", "month"))),
                "by_on": by_on,
                "requires": draw(st.sampled_from([[], ["invoice"]])),
            }
        )
    for one in found:
        if one["share"] is None and total:
            share = Fraction(round(Fraction(one["amount_fen"], total) * 10000), 10000)
            one["share"] = decimal_text(share) if round_fen(share * total) == one["amount_fen"] else None
    return found


@st.composite
def bonds(draw: st.DrawFn) -> dict[str, Any]:
    due = draw(maybe(days))
    if due:
        due |= {"from": draw(st.sampled_from([None, "signature", "effective"]))}
        due |= {"inclusive": draw(st.sampled_from([None, True]))}
    return {
        "share": draw(maybe(shares)),
        "amount_fen": draw(maybe(amounts)),
        "due": due,
        "until_on": draw(maybe(dates)),
        "forms": draw(st.lists(st.sampled_from(["银行保函", "现金", "汇票", "支票", "电汇"]), unique=True)),
        "refund_within": draw(maybe(days)),
        "renewal": draw(maybe(days)),
    }


@st.composite
def deliverables(draw: st.DrawFn) -> dict[str, Any]:
    name = draw(names)
    return {
        "name": name,
        "phase": draw(st.sampled_from([None, "运行阶段", "验收阶段"])),
        "party": draw(st.sampled_from(["provider", "using_unit"])),
        "trigger": draw(st.sampled_from([None, "calendar", "operation", "acceptance", "as_needed"])),
        "deadline": draw(maybe(days)),
        "due_by": draw(st.sampled_from([None, "acceptance"])),
        "frequency": draw(st.sampled_from([None, "daily", "weekly", "monthly", "quarterly", "yearly", "as_needed"])),
        "evidence": draw(st.sampled_from([name, "书面报告"])),
        "note": draw(maybe(names)),
    }


def _obligations() -> st.SearchStrategy[dict[str, Any]]:
    texts = [
        "乙方应在接到通知后2小时内到达现场，可用性不低于99.9%。",
        "甲方应按期支付合同总价的50%。",
        "乙方不得转包。",
    ]
    return st.fixed_dictionaries(
        {
            "party": st.sampled_from(["provider", "using_unit", "both"]),
            "text": st.sampled_from(texts) | names,
            "forbidden": st.booleans(),
            "trigger": maybe(names),
            "deadline": maybe(durations()),
            "frequency": st.sampled_from([None, "daily", "weekly", "monthly", "yearly", "periodic"]),
            "evidence": maybe(names),
        }
    )


def _acceptance() -> st.SearchStrategy[dict[str, Any]]:
    deadline = days.map(lambda one: one | {"from": "expiry"})
    silence = st.fixed_dictionaries({"silence_accepts": st.just(True), "silence_after": maybe(days)})
    silent = st.just({"silence_accepts": False, "silence_after": None})
    rest = {"deadline": maybe(deadline), "rework": maybe(days), "by_third_party": st.sampled_from([None, True])}
    return st.builds(lambda one, other: one | other, st.fixed_dictionaries(rest), silence | silent)


@st.composite
def contracts(draw: st.DrawFn) -> dict[str, Any]:
    """A whole contract."""
    signed_on = draw(maybe(dates))
    lines = draw(price_lines())
    totals = [line.get("total_fen") for line in lines]
    table_total = sum(t for t in totals if t) if any(totals) and draw(st.booleans()) else None
    total = draw(amounts if table_total is not None else maybe(amounts))
    handed = draw(lists(deliverables()))
    parts: dict[str, list[str]] = {}
    for one in handed:
        if one["phase"]:
            parts.setdefault(one["phase"], []).append(one["name"])
    net = draw(maybe(st.integers(1, total))) if total else None
    rate = draw(shares)
    yes, known = st.sampled_from([None, True]), st.fixed_dictionaries
    return {
        "number": draw(maybe(st.sampled_from(["YZ-2026-17", "海政采〔2026〕04号"]))),
        "project_number": draw(maybe(st.just("0686-2511BE"))),
        "title": draw(maybe(names.map(lambda name: f"{name}采购项目合同"))),
        "parties": draw(parties()),
        "documents": [{"name": name} for name in draw(st.sampled_from([[], ["补充协议", "本合同", "招标文件"]]))],
        "signed_on": signed_on,
        "term": draw(terms(signed_on)),
        "total_fen": total,
        "tax": {"rate": rate, "net_fen": net, "tax_fen": total - net if net and total else None}
        if draw(st.booleans())
        else None,
        "systems": [
            {
                "no": no,
                "name": draw(names),
                "grade": draw(maybe(st.integers(1, 5))),
                "important": draw(maybe(st.booleans())),
                "internet_facing": draw(maybe(st.booleans())),
            }
            for no in range(1, draw(st.integers(0, 4)) + 1)
        ],
        "price_lines": lines,
        "table_total_fen": table_total,
        "baseline_services": [
            {"name": draw(names), "group": draw(maybe(names)), "description": draw(maybe(names)), "parameters": given}
            for given in draw(
                lists(st.sampled_from([{}, {"bandwidth_gbit": 10}, {"accounts": 3, "bandwidth_gbit": 1}]))
            )
        ],
        "unpriced_services": draw(
            st.lists(
                known({"name": names, "item": st.sampled_from([None, "storage.backup", "other.consulting"])}),
                max_size=3,
                unique_by=lambda one: one["name"],
            )
        ),
        "burst": draw(
            maybe(
                known(
                    {
                        "free": yes,
                        "by_agreement": yes,
                        "duration": st.sampled_from([None, "short_term"]),
                        "longer_use": st.sampled_from([None, "supplementary_agreement"]),
                    }
                )
            )
        ),
        "service_levels": draw(lists(service_levels())),
        "instalments": draw(instalments(total if total is not None else table_total)),
        "bond": draw(maybe(bonds())),
        "penalties": draw(penalties()),
        "acceptance": draw(_acceptance()) | {"parts": [{"phase": k, "deliverables": v} for k, v in parts.items()]},
        "deliverables": handed,
        "obligations": draw(lists(_obligations())),
        "kpis": [
            {
                "no": no,
                "name": draw(names),
                "operator": draw(st.sampled_from([None, ">=", "<=", "=", ">", "<"])),
                "value": draw(st.sampled_from([None, "90", "7*24"])),
                "unit": draw(st.sampled_from([None, "%", "次"])),
            }
            for no in range(1, draw(st.integers(0, 3)) + 1)
        ],
        "exit": draw(
            maybe(
                known(
                    {
                        "migration": maybe(days),
                        "switch_over": maybe(durations("day", "month")),
                        "free_of_charge": yes,
                        "erase": yes,
                        "extendable": yes,
                    }
                ).flatmap(
                    lambda one: st.builds(
                        lambda notice, before: (
                            one
                            | {"notice": notice, "notice_before": notice and before}
                            | {"migration_from": one["migration"] and "request"}
                        ),
                        maybe(durations("day", "month")),
                        st.sampled_from(["term_end", "exit"]),
                    )
                )
            )
        ),
        "confidentiality": draw(
            maybe(
                st.builds(
                    lambda within, start, length, back, annex: {
                        "return_within": within,
                        "return_from": start if within else None,
                        "term": length and ("fixed" if isinstance(length, dict) else "indefinite"),
                        "term_length": length if isinstance(length, dict) else None,
                        "annex_return": back,
                        "annex_term_length": annex,
                    },
                    maybe(days),
                    st.sampled_from([None, "notice"]),
                    st.sampled_from([None, "indefinite"]) | durations("year"),
                    st.sampled_from([None, "immediately"]),
                    maybe(durations("year")),
                )
            )
        ),
        "force_majeure": draw(
            maybe(
                known(
                    {
                        "events": st.sampled_from([[], ["地震", "台风"], ["战争", "洪水", "法律变动"]]),
                        "carrier_fault": maybe(st.booleans()),
                        "notice": st.sampled_from([None, "immediately", "promptly", "as_soon_as_possible"]),
                        "proof_within": maybe(days),
                        "needs_proof": yes,
                        "extends_term": yes,
                    }
                )
            )
        ),
        "notices": draw(maybe(known({"written": yes, "change_within": maybe(days)}))),
        "disputes": draw(
            maybe(
                known(
                    {
                        "forum": st.sampled_from([None, "court"]),
                        "place": st.none(),
                        "negotiate_within": maybe(days),
                    }
                )
                | known(
                    {
                        "forum": st.just("court"),
                        "place": st.sampled_from(["甲方住所地", "乙方所在地"]),
                        "negotiate_within": maybe(days),
                    }
                )
                | known(
                    {
                        "forum": st.just("arbitration"),
                        "place": st.just("云州仲裁委员会"),
                        "negotiate_within": maybe(days),
                    }
                )
            )
        ),
        "amendment_rules": draw(maybe(known({"form": st.just("supplementary_agreement"), "prevails": yes}))),
    }
