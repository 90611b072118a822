"""What is the same on every page: navigation, who is signed in, the display mode, the token of forms."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import request, url_for

from engine.canned import steps_kept
from engine.cases import policy
from engine.cases.failing import OWNER
from engine.definitions.approval import APPROVE
from engine.directory import Person, actor_of
from engine.facade import ReadContext
from engine.queries.notices import unread
from engine.queries.people import group_name
from webapp.guard import engine
from webapp.pages import audit_cases, display
from webapp.pages.notices import count_text
from webapp.public_counter import counter_line
from webapp.public_site import OFFICE
from webapp.sessions import by_session, visitor

_OPENED_FROM_LISTS = frozenset({"task", "answering", "acts"})


@dataclass(frozen=True)
class Entry:
    """One entry of the navigation."""

    label: str
    href: str
    current: bool
    count: str | None = None


def frame() -> dict[str, Any]:
    """The context of base.html."""
    here = visitor()
    back = request.full_path.rstrip("?") if request.method == "GET" else "/"
    return {
        "nav": _nav(here.person),
        "person": None if here.person is None else _shown(here.person),
        "display": {"mode": display.mode(), "url": url_for("display.change"), "back": back},
        "clock": {"now": engine().clock.now(), "simulated": engine().clock.simulated},
        "notices": [],
        "csrf_token": here.csrf,
        "home": url_for("inbox.show"),
        "office": OFFICE,
        "solved": counter_line(),
    }


def _nav(person: Person | None) -> list[Entry]:
    if person is None:
        return []
    entries = [("待办", "inbox"), ("反映件", "case_list")]
    acting = by_session() or actor_of(person)
    if policy.holds(acting, policy.UNIT_POSTS):
        entries.insert(1, ("单位", "unit_desk"))
    if policy.holds(acting, policy.REGISTER):
        entries.append(("登记", "register"))
    if policy.holds(acting, policy.SUPERVISION):
        entries.append(("督办", "supervision"))
    if policy.holds(acting, policy.DIRECTING):
        entries.append(("领导一页", "director"))
    if policy.holds(acting, policy.DESIGNING):
        entries.append(("流程", "designer"))
    elif policy.holds(acting, APPROVE):
        entries.append(("发布审核", "publishing"))
    if policy.holds(acting, policy.LEDGER):
        entries.append(("台账", "ledger"))
    if policy.holds(acting, audit_cases.READERS):
        entries.append(("审计", "audit_cases"))
    if policy.holds(acting, policy.STATISTICS):
        entries.append(("统计", "statistics"))
    if policy.holds(acting, {OWNER}):
        entries.append(("故障", "incident_list"))
    if "admin" in person.groups:
        entries.append(("管理", "staff"))
    entries.append(("联络", "liaison"))
    counts: dict[str, str | None] = {}
    if policy.holds(acting, policy.TOLD):
        entries.append(("通知", "notices"))
        counts["notices"] = count_text(engine().read_as(acting, unread))
    area = request.blueprint or ""
    if area in _OPENED_FROM_LISTS:
        area = display.opened_from() or area
    under = {
        **dict.fromkeys(("case", "deadline", "acts", "unmask", "case_keeping"), "case_list"),
        "task": "inbox",
        "inbox_acts": "inbox",
        "reception": "ledger",
        "network": "liaison",
        **dict.fromkeys(
            ("ladder", "migrations", "whatif", "definition_drafts", "diagram_editor", "table_editor", "form_editor"),
            "designer",
        ),
        **dict.fromkeys(("audit_case", "heat", "heat_cases", "rules", "trail", "samples", "findings"), "audit_cases"),
        **dict.fromkeys(("rectifications", "finding_papers", "looks", "house"), "audit_cases"),
        "accesses": "audit_cases" if policy.holds(acting, audit_cases.READERS) else "case_list",
        "keeping": "audit_cases" if policy.holds(acting, audit_cases.READERS) else "ledger",
        **({"publishing": "designer"} if policy.holds(acting, policy.DESIGNING) else {}),
    }
    return [
        Entry(label, url_for(f"{blueprint}.show"), under.get(area, area) == blueprint, counts.get(blueprint))
        for label, blueprint in entries
    ]


def _shown(person: Person) -> dict[str, Any]:
    acting = by_session() or actor_of(person)
    return {
        "display": person.display,
        "stands_in": [{"display": absent.display, "until": absent.until} for absent in acting.stands_in],
        "canned_url": url_for("canned.show") if steps_kept(acting) else None,
        "absence_url": url_for("absence.show"),
        "role": engine().read_as(actor_of(person), _role, person),
        "account_url": url_for("account.show"),
        "sign_out_url": url_for("sign_in.leave"),
    }


def _role(ctx: ReadContext, person: Person) -> str:
    """Groups and window in words."""
    names = [group_name(ctx.directory, group) for group in sorted(person.groups)]
    return "、".join([*names, *([person.window] if person.window else [])])
