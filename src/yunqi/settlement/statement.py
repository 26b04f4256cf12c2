"""The one computation: contract, draws and evidence of a month -> statement with its trace. Pure; the same inputs
give the same.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any, Literal

from yunqi.cases.adjudication import line_of
from yunqi.contract.conditions import codes_of
from yunqi.kernel.clock import render_instant
from yunqi.kernel.money import render_yuan
from yunqi.kernel.units import render_decimal
from yunqi.kernel.words import _
from yunqi.settlement.agreed import view_agreed
from yunqi.settlement.breaches import find_breaches
from yunqi.settlement.capped import Caps, cut_candidates
from yunqi.settlement.case import Month
from yunqi.settlement.delivery import compute_delivery
from yunqi.settlement.drafts import Draft, Ground
from yunqi.settlement.gravest import Placed
from yunqi.settlement.grounds import compute_grounds
from yunqi.settlement.inputs import Inputs
from yunqi.settlement.law import Law
from yunqi.settlement.levels import Levels
from yunqi.settlement.model import Candidate, CapLine, Statement
from yunqi.settlement.open_points import FEE_EVIDENCE, find_open_points
from yunqi.settlement.opened import drop_what_is_not_owed, open_month
from yunqi.settlement.payments import compute_instalments, plan_offset
from yunqi.settlement.penalties import FEE_BASE, FEE_SHARED, Prices, Verdicts, decide
from yunqi.settlement.readings import choice_label
from yunqi.settlement.trace import Trace, render_exact_yuan
from yunqi.settlement.unpriced import find_unpriced


def compute_by_one_text(inputs: Inputs) -> Statement:
    """The month's statement by `inputs.contract` alone; see `suspended.compute_statement`."""
    month, trace = open_month(inputs), Trace()
    inputs, law, known = month.inputs, month.law, month.known
    levels = Levels(month, trace)
    find_breaches(month)
    drop_what_is_not_owed(month)
    caps = Caps(inputs.month, inputs.charged_fen, month.known)
    verdicts = decide(month.book, law, inputs.systems, month.known, caps, month.held_at)
    unpriced = find_unpriced(month, levels)
    delivery = compute_delivery(inputs, law, trace)
    drafts = {one.id: one for one in month.book.drafts}
    prices = Prices(law, inputs.systems, month.known.get(FEE_SHARED), month.held_at)
    candidates, cap_lines = cut_candidates(
        _freeze(inputs, _candidates(month, verdicts, prices, levels, trace) + unpriced.candidates(trace)),
        drafts,
        prices.limits(drafts.values(), verdicts.bases[0], caps),
        trace,
    )
    frozen = sum(one.amount_fen or 0 for one in candidates if one.state == "frozen")
    points = find_open_points(month, verdicts, levels, unpriced, caps)
    low, high = verdicts.low + unpriced.amount_fen, verdicts.high + unpriced.amount_fen
    provisional = bool(points)
    penalty = None if provisional else low
    instalments = compute_instalments(inputs, law, trace)
    _penalty_node(trace, candidates, cap_lines, low, high, provisional=provisional)
    charged = max(0, (low if penalty is None else penalty) - frozen)
    offset = plan_offset(charged, law, instalments, inputs, trace)
    labels = tuple(sorted({label for one in inputs.objects for label in one.labels}))
    sample = any(node.sample for node in trace.nodes.values())
    return Statement.model_construct(
        contract=_head(inputs, law),
        month=str(inputs.month),
        provisional=provisional,
        sample=sample,
        sample_labels=labels if sample else (),
        known_at=render_instant(inputs.known_at),
        delivery=delivery,
        levels=levels.results,
        incidents=levels.incidents,
        candidates=candidates,
        caps=cap_lines,
        penalty_fen=penalty,
        penalty_low_fen=low,
        penalty_high_fen=high,
        frozen_fen=frozen,
        offset=offset,
        instalments=instalments,
        grounds=compute_grounds(inputs.contract, inputs.month, inputs.people, inputs.protected, known, trace),
        open_points=points,
        readings=view_agreed(inputs),
        trace=trace.nodes,
        titles=dict(sorted(month.book.titles.items())),
    )


def _freeze(inputs: Inputs, candidates: tuple[Candidate, ...]) -> tuple[Candidate, ...]:
    return tuple(
        one.model_copy(update={"state": "frozen"})
        if one.state == "chosen" and line_of(str(inputs.month), one.id) in inputs.frozen
        else one
        for one in candidates
    )


def _head(inputs: Inputs, law: Law) -> dict[str, Any]:
    parties = law.contract.get("parties") or {}
    return {
        "id": inputs.contract_id,
        "number": law.contract.get("number"),
        "title": law.contract.get("title"),
        "parties": {role: parties.get(role) for role in ("using_unit", "provider")},
        "term": {
            "start_on": law.start_on.isoformat() if law.start_on else None,
            "end_on": law.end_on.isoformat() if law.end_on else None,
        },
        "total_fen": law.total_fen,
        "systems": {one.id: one.name for one in inputs.systems},
    }


def _candidates(
    month: Month, verdicts: Verdicts, prices: Prices, levels: Levels, trace: Trace
) -> tuple[Candidate, ...]:
    result: list[Candidate] = []
    for number, group in enumerate(verdicts.groups, 1):
        roots = sorted({root for placed in group for root in placed.draft.roots})
        name = f"{number}: {'、'.join(roots)}"
        result.extend(_candidate(month, verdicts, placed, name, prices, levels, trace) for placed in group)
    return tuple(result)


def _candidate(
    month: Month, verdicts: Verdicts, placed: Placed, group: str, prices: Prices, levels: Levels, trace: Trace
) -> Candidate:
    draft = placed.draft
    codes = codes_of(placed.condition)
    fee_open = len(verdicts.bases) > 1 and prices.depends(draft)
    low, high = placed.bounds[verdicts.bases[0]]
    settled = placed.certain and not fee_open and low == high
    state: Literal["chosen", "not_gravest", "needs_reading", "needs_adjudication", "proposed"]
    if draft.id in verdicts.winners:
        state = "chosen"
    elif draft.id in verdicts.irrelevant:
        state = "not_gravest"
    elif any("@" in code for code in codes):
        state = "needs_adjudication"
    elif codes or fee_open or low != high:
        state = "needs_reading"
    else:
        state = "proposed"
    alternatives = tuple(
        {"choice": base, "label": choice_label("fee_base", base), "amount_fen": str(one[0])}
        if one[0] == one[1]
        else {"choice": base, "label": choice_label("fee_base", base), "low_fen": str(one[0]), "high_fen": str(one[1])}
        for base, one in placed.bounds.items()
    )
    node = _candidate_node(month, placed, verdicts, prices, levels, trace)
    return Candidate.model_construct(
        id=draft.id,
        event=draft.event,
        root_cause=group,
        clause=draft.clause,
        text=draft.text,
        severity=draft.severity,
        coefficient=None if draft.coefficient is None else str(draft.coefficient),
        amount_fen=low if settled else None,
        state=state,
        needs=(*codes, *((FEE_BASE,) if fee_open else () if low == high else _fee_needs(prices, draft, verdicts))),
        alternatives=() if settled else alternatives,
        source=None if draft.source is None else dict(draft.source),
        sample=draft.sample,
        node=node,
    )


def _fee_needs(prices: Prices, draft: Draft, verdicts: Verdicts) -> tuple[str, ...]:
    lacking = prices.lacking(draft, prices.base_of(draft, verdicts.bases[0]))
    return tuple(f"{FEE_EVIDENCE}{system}" for system in lacking) or (FEE_SHARED,)


def _candidate_node(
    month: Month, placed: Placed, verdicts: Verdicts, prices: Prices, levels: Levels, trace: Trace
) -> str:
    draft, law = placed.draft, month.law
    base = verdicts.bases[0]
    children = [node for one in month.incidents if (node := levels.incident_node(one.id)) and one.id in draft.event]
    by_root = {month.root(one): one.id for one in month.incidents}
    children += [
        node for root in draft.roots if (node := levels.incident_node(by_root.get(root, ""))) and node not in children
    ]
    children += [_ground_node(trace, one) for one in month.book.grounds if one.event == draft.event]
    formula = ""
    if draft.coefficient is not None:
        children.append(_fee_node(month, verdicts, prices, placed, trace))
        exact = prices.exact(draft, base)
        fee = prices.fee(draft, prices.base_of(draft, base))
        if exact is not None and fee is not None:
            months, coefficient = render_decimal(law.months or Fraction(0)), render_decimal(draft.coefficient)
            formula = f"{render_exact_yuan(fee)} ÷ {months} × {coefficient} = {render_exact_yuan(exact)}"
            formula += _("，以约定的上限为限") if exact == draft.limit else ""
            formula += _("（已减去此前各月所计）") if draft.before else ""
    elif draft.severity == "critical":
        formula = _("{amount} 元", amount=render_exact_yuan(draft.fixed or Fraction(0)))
    low, high = placed.bounds[base]
    measured = _("测得值 {value}；", value=draft.measured) if draft.measured else ""
    return trace.add(
        f"candidate.{draft.id}",
        f"{draft.event} {draft.clause}",
        _("{amount} 元", amount=render_yuan(low)) if low == high else f"{render_yuan(low)}–{render_yuan(high)} 元",
        formula=measured + formula,
        source=draft.source,
        reading="；".join(codes_of(placed.condition)) or None,
        facts=draft.facts,
        children=tuple(children),
        sample=draft.sample,
    )


def _ground_node(trace: Trace, ground: Ground) -> str:
    node, label = f"ground.{ground.event}", _("解除合同的事由")
    return trace.add(node, label, _("已具备"), formula=ground.words, source=ground.source, facts=ground.facts)


def _fee_node(month: Month, verdicts: Verdicts, prices: Prices, placed: Placed, trace: Trace) -> str:
    law, base = month.law, prices.base_of(placed.draft, verdicts.bases[0])
    formula = law.formulas.get(placed.draft.table) or law.formulas.get("") or {}
    total = trace.add(
        "total",
        _("合同总价"),
        _("{amount} 元", amount=render_yuan(law.total_fen or 0)),
        source=law.contract.get("total_source"),
    )
    monthly = law.monthly_fee(prices.fee(placed.draft, base))
    key = base if base == "contract" else f"{base}.{placed.draft.system or '-'}"
    return trace.add(
        f"fee.{key}",
        _("信息系统云服务费 ÷ 服务月数"),
        "—" if monthly is None else _("{amount} 元", amount=render_exact_yuan(monthly)),
        formula=f"{choice_label('fee_base', base)} ÷ {'—' if law.months is None else render_decimal(law.months)}",
        source=formula.get("source"),
        reading=f"fee_base = {base}" if len(verdicts.bases) == 1 and prices.depends(placed.draft) else None,
        children=(total,),
    )


def _penalty_node(
    trace: Trace,
    candidates: tuple[Candidate, ...],
    caps: tuple[CapLine, ...],
    low: int,
    high: int,
    *,
    provisional: bool,
) -> None:
    within = {name for one in caps for name in one.candidates}
    amount = render_yuan(low) if not provisional else f"{render_yuan(low)}–{render_yuan(high)}"
    trace.add(
        "penalty",
        _("本月违约金"),
        _("{amount} 元", amount=amount),
        formula=_("同一事件或原因择其重者，各项舍入到分后相加"),
        children=(*(one.node for one in candidates if one.id not in within), *(one.node for one in caps)),
    )
