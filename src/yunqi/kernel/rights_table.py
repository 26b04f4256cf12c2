"""The one table of rights: a row an action, a column a relation.

Letters: r any role of an organisation · o operator · a approver · m administrator of an organisation;
S system, Y security, U audit administrator of the installation; - nobody.
Marks: anyone (every signed-in person) · own (the person it belongs to) · consent (the provider's people need the
tenant's consent) · sensitive (reading it is recorded) · second=colleague, second=counterparty (another person must
agree before it is done).
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from yunqi.kernel.rights import (
    ADMINISTRATOR,
    APPROVER,
    AUDIT_ADMIN,
    COLLEAGUE,
    COUNTERPARTY,
    OPERATOR,
    ORGANISATION_ROLES,
    RELATIONS,
    SECURITY_ADMIN,
    SYSTEM_ADMIN,
    Right,
)

_LETTERS: Mapping[str, frozenset[str]] = {
    "r": ORGANISATION_ROLES,
    "o": frozenset({OPERATOR}),
    "a": frozenset({APPROVER}),
    "m": frozenset({ADMINISTRATOR}),
    "S": frozenset({SYSTEM_ADMIN}),
    "Y": frozenset({SECURITY_ADMIN}),
    "U": frozenset({AUDIT_ADMIN}),
    "-": frozenset(),
}

_SECONDS = {f"second={who}": who for who in (COLLEAGUE, COUNTERPARTY)}
_MARKS = frozenset({"anyone", "own", "consent", "sensitive", *_SECONDS})

_TABLE = """
# action                    using_unit provider administration supervisor integrator installation  marks

overview.read               r          r        r              r          r          -
search.read                 r          r        r              r          r          -
file.upload                 oa         oa       oa             oa         -          -
file.read                   r          r        r              r          -          -             own
run.list                    r          r        r              r          r          SYU
run.read                    r          r        r              r          r          -             own
run.cancel                  o          o        o              -          -          -             own

contract.list               r          r        r              r          -          -
contract.read               r          r        r              r          -          -
contract.document           r          r        r              r          -          -             sensitive
contract.text               r          r        r              r          -          -
contract.page               r          r        r              r          -          -
contract.draft              r          r        r              r          -          -
contract.draft_check        r          r        r              r          -          -
contract.supplement         r          r        r              r          -          -
contract.opinion            r          r        r              r          -          -
contract.requirements       r          -        r              -          -          -
contract.requirements_file  r          -        r              -          -          -
contract.import             o          o        -              -          -          -
contract.sign               a          a        -              -          -          -
contract.uncertain          r          r        r              r          -          -
contract.settled            r          r        r              r          -          -
contract.settle             o          o        -              -          -          -
contract.correct            o          o        -              -          -          -
contract.remove             o          o        -              -          -          -
contract.note               o          o        -              -          -          -
contract.unsettle           o          o        -              -          -          -
contract.compare            r          r        r              r          -          -
contract.cases              r          r        r              r          -          -
contract.compare_months     r          r        r              r          -          -
price.compare               r          r        r              r          -          -
contract.version            r          r        r              r          -          -
amendment.list              r          r        r              r          -          -
amendment.read              r          r        r              r          -          -
amendment.import            o          o        -              -          -          -
amendment.change            o          o        -              -          -          -
amendment.drop              o          o        -              -          -          -
amendment.sign              a          a        -              -          -          -
entitlement.list            r          r        r              r          -          -
entitlement.draws           r          r        r              r          -          -
reading.list                r          r        r              r          -          -
reading.points              r          r        r              r          -          -
reading.history             r          r        r              r          -          -
reading.figures             r          r        r              r          -          -
reading.withdraw            oa         oa       -              -          -          -             second=counterparty
reading.record              oa         oa       -              -          -          -             second=counterparty
burst.list                  r          r        r              r          -          -
burst.record                oa         oa       -              -          -          -             second=counterparty

organisation.list           r          r        r              r          r          SYU
organisation.read           r          r        r              r          r          SYU
organisation.add            -          -        -              -          -          S
person.list                 r          r        r              r          r          SYU
person.add                  m          m        m              m          m          S
person.read                 r          r        r              r          r          SYU           own
person.roles                -          -        -              -          -          Y
tenant.list                 r          r        r              r          r          S
tenant.add                  -          o        o              -          -          -
system.list                 r          r        r              r          r          -
system.read                 r          r        r              r          r          -
system.add                  o          -        -              -          -          -
system.flag                 oa         -        -              -          -          -
system.deploy               o          o        -              -          -          -

work_order.list             r          r        r              r          r          -
work_order.read             r          r        r              r          r          -
work_order.open             o          o        -              -          o          -
work_order.advance          oa         oa       oa             -          o          -
resource.kinds              -          -        -              -          -          -             anyone
resource.list               r          r        r              r          r          -
resource.read               r          r        r              r          r          -
resource.samples            r          r        r              r          r          -             consent sensitive
resource.check              r          r        r              r          r          -
resource.order              o          -        -              -          o          -
resource.change             o          -        -              -          o          -
resource.delete             o          -        -              -          -          -
resource.erase              a          -        -              -          -          -
resource.plan               -          o        -              -          -          -

adoption.list               r          r        r              r          -          -
adoption.read               r          r        r              r          -          -
adoption.preview            o          o        -              -          -          -
adoption.confirm            oa         oa       -              -          -          -             second=counterparty
adoption.undo               oa         oa       -              -          -          -             second=counterparty

incident.list               r          r        r              r          r          -
incident.read               r          r        r              r          r          -
incident.open               o          o        o              o          o          -
incident.advance            oa         oa       -              -          o          -
adjudication.list           r          r        r              r          -          -
adjudication.read           r          r        r              r          -          -
adjudication.open           oa         oa       -              oa         -          -
adjudication.confirm        a          a        -              -          -          -
adjudication.advance        oa         oa       a              -          -          -
exclusion.list              r          r        r              r          -          -
exclusion.record            oa         oa       -              -          -          -             second=counterparty

notice.list                 r          r        r              r          -          -
notice.standing             r          r        r              r          -          -
notice.send                 o          o        o              -          -          -
notice.report               -          o        -              -          -          -
fault.file                  r          r        r              r          r          -
notice.record               oa         oa       o              -          -          -
notice.grade                oa         oa       oa             -          -          -
notice.retry                o          o        o              -          -          -
contact.list                r          r        r              r          -          -             sensitive
contact.add                 om         om       -              -          -          -
contact.remove              om         om       -              -          -          -
contact.test                om         om       -              -          -          -

shift.list                  r          r        r              r          -          -
shift.plan                  -          o        -              -          -          -
shift.take                  -          o        -              -          -          -
shift.hand_over             -          o        -              -          -          -
shift.drop                  -          o        -              -          -          -
shift.unmanned              r          r        r              r          -          -

evidence.list               r          r        r              r          -          -             sensitive
evidence.roots              r          r        r              r          -          -
evidence.verify             r          r        r              r          -          -
evidence.export             o          o        o              o          -          -             sensitive
evidence.package            o          o        o              o          -          -             sensitive
evidence.import             o          o        -              -          -          -
evidence.seal               -          o        o              -          -          -
verdict.list                r          r        r              r          -          -
observation.record          o          -        -              o          -          -
watch.list                  r          r        r              r          -          -
watch.begin                 oa         oa       -              -          -          -             second=counterparty
watch.end                   oa         oa       -              -          -          -             second=counterparty

month.close                 o          o        -              -          -          -
month.close_all             o          o        -              -          -          -
month.what_if               r          r        r              r          -          -
statement.list              r          r        r              r          -          -
statement.read              r          r        r              r          -          -
statement.trace             r          r        r              r          -          -
statement.recompute         r          r        r              r          -          -
statement.dispute           oa         oa       -              -          -          -
payment.list                r          r        r              r          -          -
payment.late                r          r        r              r          -          -
payment.record              o          -        -              -          -          -             second=colleague
payment.trigger             oa         oa       -              -          -          -             second=counterparty
bond.read                   r          r        r              r          -          -
bond.record                 o          -        -              -          -          -             second=colleague
bond.top_up                 o          -        -              -          -          -             second=colleague
bond.extend                 o          -        -              -          -          -             second=colleague
bond.draw                   o          -        -              -          -          -             second=colleague
bond.release                o          -        -              -          -          -             second=colleague
invoice.list                r          r        r              r          -          -
invoice.split               r          r        r              r          -          -
invoice.record              oa         oa       -              -          -          -             second=counterparty
invoice.cancel              oa         oa       -              -          -          -             second=counterparty
occurrence.record           oa         oa       -              oa         -          -             second=counterparty
allocation.read             r          r        r              r          -          -
allocation.file             r          r        r              r          -          -
usage.file                  r          r        r              r          -          -             sensitive
weekly_report.file          r          r        r              r          -          -             sensitive
allocation.agree            oa         oa       -              -          -          -             second=counterparty
delivery.read               r          r        r              r          -          -
delivery.file               r          r        r              r          -          -
application.make            o          o        -              -          -          -
acceptance.list             r          r        r              r          -          -
acceptance.read             r          r        r              r          -          -
acceptance.material         r          r        r              r          -          -
acceptance.file             r          r        r              r          -          -             sensitive
acceptance.hand_in          o          o        -              -          -          -
acceptance.request          -          oa       -              -          -          -
acceptance.answer           a          -        -              -          -          -
acceptance.advance          oa         oa       a              -          -          -
acceptance.sign             a          a        -              -          -          -
exit.list                   r          r        r              r          -          -
exit.read                   r          r        r              r          -          -
exit.inventory              r          r        r              r          -          -
exit.refund                 r          r        r              r          -          -
exit.file                   r          r        r              r          -          -             sensitive
exit.open                   oa         oa       -              -          -          -
exit.advance                oa         oa       -              -          -          -
exit.sign                   a          a        -              -          -          -
document.make               o          o        o              o          -          -
document.list               r          r        r              r          -          -
document.read               r          r        r              r          -          -             sensitive
rating.list                 r          r        r              r          -          -
rating.groups               r          r        r              r          -          -
rating.file                 r          r        r              r          -          -
rectification.list          r          r        r              r          -          -
rectification.read          r          r        r              r          -          -
rectification.file          r          r        r              r          -          -
rectification.open          -          -        oa             oa         -          -
rectification.advance       oa         oa       oa             oa         -          -
logbook.list                r          r        r              r          -          -
logbook.read                r          r        r              r          -          -
logbook.staff               r          r        r              r          -          -
logbook.open                oa         oa       o              -          -          -
logbook.advance             oa         oa       -              -          -          -
logbook.attachment          r          r        r              r          -          -             sensitive
logbook.file                r          r        r              r          -          -
register.list               r          r        r              r          -          -
register.read               r          r        r              r          -          -
register.record             oa         oa       -              -          -          -
register.advance            oa         oa       -              -          -          -
register.tell               -          oa       -              -          -          -
idle_resource.list          r          -        r              r          -          -             sensitive
idle_resource.file          r          -        r              r          -          -             sensitive
audit_sample.draw           r          r        r              r          -          -
audit_sample.file           r          r        r              r          -          -
kpi.sheet                   r          r        r              r          -          -
kpi.file                    r          r        r              r          -          -
kpi.record                  oa         oa       -              oa         -          -
obligation.list             r          r        r              r          -          -
obligation.read             r          r        r              r          -          -
obligation.record           oa         oa       -              -          -          -
obligation.answer           oa         oa       -              -          -          -
obligation.withdraw         oa         oa       -              -          -          -
report.calendar             r          r        r              r          -          -
report.list                 r          r        r              r          -          -
report.read                 r          r        r              r          -          -
report.file                 r          r        r              r          -          -             sensitive
report.number               o          o        o              o          -          -
report.compose              o          o        o              o          -          -
report.attach               o          o        o              o          -          -
letter.make                 o          o        o              o          -          -
report.approve              a          a        a              a          -          -
report.deliver              oa         oa       oa             oa         -          -
report.receipt              oa         oa       oa             oa         -          -
table.export                r          r        r              r          r          SYU           sensitive

proposal.list               r          r        r              r          r          -
proposal.read               r          r        r              r          r          -
proposal.decide             a          a        a              a          -          -
proposal.withdraw           -          -        -              -          -          -             own

audit.list                  m          m        m              m          -          U
audit.verify                -          -        -              -          -          U
audit.export                -          -        -              -          -          U             sensitive

account.read                m          m        m              m          m          SYU           own
account.list                m          m        m              m          m          SYU
account.create              -          -        -              -          -          S
account.disable             -          -        -              -          -          S
account.link                -          -        -              -          -          Y
account.lock                -          -        -              -          -          Y
account.unlock              -          -        -              -          -          Y
account.reset               -          -        -              -          -          Y
account.password            -          -        -              -          -          -             own
account.totp                -          -        -              -          -          -             own
account.totp_confirm        -          -        -              -          -          -             own
account.totp_disable        -          -        -              -          -          -             own
account.recovery            -          -        -              -          -          -             own
undertaking.list            m          m        m              m          m          Y
undertaking.record          m          m        m              m          m          Y
session.list                -          -        -              -          -          Y             own
session.end                 -          -        -              -          -          Y             own
session.end_others          -          -        -              -          -          -             own
token.list                  -          -        -              -          -          Y             own
token.create                -          -        -              -          -          -             anyone
token.revoke                -          -        -              -          -          Y             own
consent.list                r          r        r              r          r          -
consent.read                r          r        r              r          r          -
consent.ask                 -          o        -              -          o          -
consent.give                a          -        -              -          -          -
consent.refuse              a          -        -              -          -          -
consent.withdraw            oa         -        -              -          -          -
integrator.list             r          r        r              r          r          -
integrator.set              a          -        -              -          -          -
assumption.begin            -          o        -              -          o          -
assumption.end              -          -        -              -          -          -             own
assumption.stop             a          -        -              -          -          Y             own
assumption.list             r          r        r              r          r          YU
webhook.list                m          m        m              m          -          S
webhook.add                 m          m        m              m          -          -
webhook.remove              m          m        m              m          -          -
webhook.deliveries          m          m        m              m          -          -
webhook.ping                m          m        m              m          -          -
webhook.retry               m          m        m              m          -          -
"""


def _read_table(text: str) -> Mapping[str, Right]:
    rows: dict[str, Right] = {}
    for line in text.splitlines():
        words = line.split()
        if not words or words[0].startswith("#"):
            continue
        action, cells, marks = words[0], words[1 : 1 + len(RELATIONS)], words[1 + len(RELATIONS) :]
        unknown = set(marks) - {
            "anyone",
            "own",
            "consent",
            "sensitive",
            f"second={COLLEAGUE}",
            f"second={COUNTERPARTY}",
        }
        if action in rows or len(cells) != len(RELATIONS) or unknown:
            raise ValueError(f"the table of rights, at {action}: {sorted(unknown)}")
        rows[action] = Right(
            action,
            {
                relation: frozenset[str]().union(*(_LETTERS[letter] for letter in cell))
                for relation, cell in zip(RELATIONS, cells, strict=True)
                if cell != "-"
            },
            anyone="anyone" in marks,
            own="own" in marks,
            consent="consent" in marks,
            sensitive="sensitive" in marks,
            second=next((_SECONDS[mark] for mark in marks if mark in _SECONDS), ""),
        )
    return MappingProxyType(rows)


RIGHTS: Mapping[str, Right] = _read_table(_TABLE)
_PERSONAL = ("account", "session", "token", "assumption", "undertaking")
BY_PERSONS_ONLY = frozenset(
    {"consent.give", "proposal.decide", "person.roles", *(name for name in RIGHTS if name.split(".")[0] in _PERSONAL)}
)
"""What no program does in a person's name: its account and sessions, and the second person's word."""
