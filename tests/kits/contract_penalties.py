"""Hypothesis strategies for the penalties of a contract: what a row's words mean is what the reader says they mean."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from hypothesis import strategies as st
from tests.kits.contract_values import NOWHERE, amounts, durations, maybe, shares

from yunqi.contract.clauses.coefficient.extract import _read_text
from yunqi.contract.clauses.coefficient.schema import Coefficient
from yunqi.contract.clauses.critical_breach.extract import _joined, read_conditions
from yunqi.kernel.money import decimal_text

_EVENTS = [
    "因非不可抗力造成重要信息系统中断或者影响人数3万以上。",
    "保障期间因乙方安全隐患原因造成系统被篡改，乙方未及时处置。",
    "非不可抗力造成数据丢失，经确认无法恢复。",
    "经第三方机构通报存在隐患，乙方未在6小时内有效处置，造成敏感信息泄露。",
]
_OFFSETS = ["bond", "last_instalment", "unpaid", "provider_payment"]
_FAULTS = [
    "云服务可用性低于99.95%并造成重大损失的",
    "运维需求的平均响应时间大于15分钟且小于30分钟，未造成重大影响",
    "运维需求的平均故障恢复时间大于2小时，造成重大影响",
    "未按甲方要求在5个工作日内完成扩容的",
    "当月用户投诉3次以上的",
]


@st.composite
def _bands(draw: st.DrawFn, ends: st.SearchStrategy[str]) -> dict[str, Any]:
    open_end = draw(st.sampled_from([None, "min", "max"]))
    found = {
        "min": draw(ends),
        "min_operator": draw(st.sampled_from([">=", ">"])),
        "max": draw(ends),
        "max_operator": draw(st.sampled_from(["<=", "<"])),
    }
    return found if open_end is None else {**found, open_end: None, f"{open_end}_operator": None}


@st.composite
def penalties(draw: st.DrawFn) -> dict[str, Any]:
    remedies = ["terminate", "refund", "penalty", "damages"]
    remedy = {level: draw(st.lists(st.sampled_from(remedies), unique=True)) for level in "AB"}
    critical = []
    for _ in range(draw(st.integers(0, 4))):
        text, level = draw(st.sampled_from(_EVENTS)), draw(st.sampled_from("AB"))
        plain = text.replace("，", ",")
        lasts = draw(maybe(durations("minute", "hour")))
        window = draw(st.sampled_from([None, "year", "term"]))
        critical.append(
            {
                "level": level,
                "type": draw(st.sampled_from(["interruption", "tampering", "data_loss", "intrusion"])),
                "object": draw(st.sampled_from([None, "云平台整体", "等保三级或者重要系统的核心数据"])),
                "conditions": read_conditions(plain),
                "joined": _joined(plain),
                "duration": lasts and lasts | {"operator": draw(st.sampled_from([">", ">="]))},
                "count": {"count": draw(st.integers(1, 9)), "operator": ">=", "window": window},
                "remedy": remedy[level],
                "provider_responsible": draw(st.sampled_from([None, True])),
                "text": text,
            }
        )
    rows, formulas = [], []
    for table, base in draw(
        st.permutations([("severe", "信息系统云服务费/服务月数*系数"), ("minor", "合同总价*系数")])
    ):
        for no in range(1, draw(st.integers(0, 3)) + 1):
            row = Coefficient(
                table=table,
                no=no,
                text=draw(st.sampled_from(_FAULTS)),
                coefficient=decimal_text(Fraction(draw(st.integers(1, 80)), 10)),
                source=NOWHERE,  # type: ignore[arg-type]
            )
            _read_text(row)
            rows.append(row.model_dump())
        if draw(st.booleans()):
            system = "系统" in base
            formulas.append(
                {
                    "table": table,
                    "text": f"违约金={base}",
                    "base": "system_fee" if system else "contract",
                    "divisor": "service_months" if system else None,
                    "coefficient": None,
                }
            )
    order = [one["table"] for one in (*formulas, *rows)]
    rows.sort(key=lambda row: order.index(row["table"]))
    main = next((one for one in formulas if one["divisor"]), None)
    return {
        "critical": critical,
        "coefficients": rows,
        "formulas": formulas,
        "formula": main or (formulas[0] if formulas else None),
        "other": [
            {
                "kind": draw(st.sampled_from(["daily", "percentage", "fixed", "per_case"])),
                "rate": draw(maybe(shares)),
                "amount_fen": draw(maybe(amounts)),
                "of": draw(st.sampled_from([None, "contract_total", "service_fee", "overdue"])),
                "cap": draw(maybe(amounts)),
                "duty": draw(st.sampled_from(["late_payment", "late_performance", "confidentiality", "breach"])),
                "party": draw(st.sampled_from([None, "provider", "using_unit"])),
            }
            for _ in range(draw(st.integers(0, 3)))
        ],
        "deductions": [
            {
                "no": no,
                "text": draw(st.sampled_from(["未按要求提交巡检报告", "值守人员脱岗"])),
                "points": draw(st.sampled_from([None, "2", "0.5"])),
                "per": draw(st.sampled_from([None, "case", "day"])),
            }
            for no in range(1, draw(st.integers(0, 3)) + 1)
        ],
        "score_bands": [
            {**draw(_bands(st.integers(0, 100).map(str))), "share": draw(shares)}
            for _ in range(draw(st.integers(0, 3)))
        ],
        "credits": [
            {
                "no": no,
                "coefficient": draw(shares),
                "measures": "availability",
                "band": {"metric": "availability", "unit": "share", **draw(_bands(shares))},
            }
            for no in range(1, draw(st.integers(0, 3)) + 1)
        ],
        "offset": draw(
            st.lists(st.sampled_from(["bond", "last_instalment", "unpaid", "provider_payment"]), unique=True)
        ),
        "cumulation": draw(
            st.sampled_from(
                [
                    None,
                    {"rule": "gravest", "same": ["event", "cause"], "agreement": True},
                    {"rule": "gravest", "same": ["event"], "agreement": False},
                ]
            )
        ),
    }
