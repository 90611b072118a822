"""Who may use which door: written by hand from PROCESS.md "Who sees and does what" and API.md.

The case of the table is unrestricted, was registered by w1, and waits to be signed for by the unit SC-SS.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tests.support.house import START
from tests.webapp.doors import USERS, content, paper

ROLES = tuple(USERS)
SEEING = frozenset(ROLES) - {"stranger", "other_unit", "restricted", "admin"}  # whoever may know of the case
HALL = ("window", "window_lead")


@dataclass(frozen=True)
class Row:
    """The kind of answer each role gets. `body` must be one that fails for no other reason than who asks."""

    kinds: Mapping[str, str]
    body: Any = None


def everybody(body: Any = None) -> Row:
    """Strangers too."""
    return Row(dict.fromkeys(ROLES, "ok"), body)


def signed_in(body: Any = None) -> Row:
    """Whoever has signed in; what they then see is narrowed by the queries."""
    return Row({role: "401" if role == "stranger" else "ok" for role in ROLES}, body)


def members(*roles: str, body: Any = None) -> Row:
    """These groups; it is about no case, so the others are told that it exists: 403."""
    return Row({role: _kind(role, roles, "403") for role in ROLES}, body)


def seeing(body: Any = None) -> Row:
    """Whoever may know of the case."""
    return may(*SEEING, body=body)


def may(*roles: str, body: Any = None) -> Row:
    """These act on the case; who only sees it gets 403, who may not know of it 404."""
    return Row({role: _kind(role, roles, "403" if role in SEEING else "404") for role in ROLES}, body)


def alone(*roles: str) -> Row:
    """What only these may know of: 404 for everybody else."""
    return Row({role: _kind(role, roles, "404") for role in ROLES})


def _kind(role: str, allowed: tuple[str, ...], otherwise: str) -> str:
    if role == "stranger":
        return "401"
    return "ok" if role in allowed else otherwise


REGISTER = (*HALL, "callback", "work_group", "bureau", "restricted", "unit", "unit_head", "other_unit")
WITHDRAW = may(*HALL, "callback", "work_group", "bureau", body={"reason": "已办成", "confirmed_by": "?"})
COURIER = may(*HALL, "work_group", "unit", body={"carrier": "邮政"})
SUPPLEMENT = may(*HALL, "callback", "work_group", "unit", "unit_head", body={"text": "补充"})
AMEND = may(*HALL, "work_group", body={"field": "title", "value": "新标题", "reason": "笔误"})
RATING = may(*HALL, "callback", "work_group", "bureau", body={"satisfaction": 5})
URGE = may(*HALL, "callback", "work_group", "bureau", "leading_group", body={"reason": "催一催"})
ATTACHING = (*HALL, "callback", "work_group", "unit")  # those who act on the case: the hall, and who has its task
HOLDING = ("unit", "unit_head")  # a head gives and takes the tasks of the unit; to take one for oneself is a 400
NO = "/api/cases/<no>"
ACT = "<any(courier,rating,supplement,urge,withdraw):act>"
TASK = "/engine-rest/task/<task_id>"
PROCESS = "/engine-rest/process-definition"
INSTANCE = "/engine-rest/process-instance"

TABLE: Mapping[str, Row] = {
    # open to everybody
    "GET /": everybody(),
    "GET /static/<path:filename>": everybody(),
    "GET /sign-in": everybody(),
    "POST /sign-in": everybody({"name": "nobody", "password": "x"}),
    "POST /sign-out": everybody(),
    "POST /display": everybody({"mode": "large"}),
    "GET /healthz": everybody(),
    "GET /readyz": everybody(),
    "GET /openapi.json": everybody(),
    "POST /csp-report": everybody({}),
    "GET /metrics": members("admin", "supervisor"),
    # whoever has signed in
    "GET /inbox": signed_in(),
    "GET /cases": signed_in(),
    "POST /cases/search": signed_in({"q": "社保"}),
    "GET /diagrams/<definition_id>/<process>.bpmn": signed_in(),
    "GET /api/cases": signed_in(),
    "POST /api/cases/search": signed_in({"q": "社保"}),
    "GET /api/clock": signed_in(),
    "POST /api/clock": signed_in({"now": START.isoformat()}),
    "GET /api/units": signed_in(),
    "GET /api/matters": signed_in(),
    "GET /api/calendar": signed_in(),
    **{
        f"{method} /engine-rest/{name}": signed_in({} if method == "POST" else None)
        for name in ("task", "task/count", "job", "job/count", "process-instance", "process-instance/count")
        for method in ("GET", "POST")
    },
    **{f"GET /engine-rest/{name}": signed_in() for name in ("incident", "group", "user", "version")},
    **{
        f"GET {PROCESS}{rest}": signed_in()
        for rest in ("", "/count", "/<id>", "/<id>/xml", "/key/<key>", "/key/<key>/xml")
    },
    # registering
    "GET /register": members(*REGISTER),
    "POST /register": members(*REGISTER, body={"title": ""}),
    "POST /api/cases": members(*REGISTER, body={}),
    f"POST {PROCESS}/key/<key>/start": members(*REGISTER, body={}),
    "GET /cases/<no>/registered": alone("window"),
    # a case
    "GET /cases/<no>": seeing(),
    "GET /cases/<no>/deadline": seeing(),
    "GET /cases/<no>/attachments": seeing(),
    "GET /cases/<no>/attachments/<id>": seeing(),
    "GET /cases/<no>/amend": seeing(),
    "GET /cases/<no>/amend/<name>": seeing(),
    f"GET /cases/<no>/{ACT}": seeing(),
    f"GET {NO}": seeing(),
    f"GET {NO}/timeline": seeing(),
    f"GET {NO}/deadline": seeing(),
    f"GET {NO}/attachments/<id>": seeing(),
    f"GET {INSTANCE}/<uid>": seeing(),
    f"GET {INSTANCE}/<uid>/variables": seeing(),
    # acts on it
    f"POST {NO}/courier": COURIER,
    f"POST {NO}/supplement": SUPPLEMENT,
    f"POST {NO}/urge": URGE,
    f"POST {NO}/amend": AMEND,
    f"POST {NO}/rating": RATING,
    f"POST {NO}/withdraw": WITHDRAW,
    f"POST {NO}/attachments": may(*ATTACHING, body=paper),
    "POST /engine-rest/message": Row(
        WITHDRAW.kinds, {"messageName": "withdraw", "businessKey": "NO", "processVariables": {"reason": {"value": 5}}}
    ),
    f"POST /cases/<no>/{ACT}": URGE,
    "POST /cases/<no>/amend/<name>": Row(AMEND.kinds, {"value": "新标题", "reason": "笔误"}),
    "POST /cases/<no>/attachments": may(*ATTACHING, body=paper),
    # its task
    "GET /tasks/<task_id>": seeing(),
    **{
        f"GET {TASK}{rest}": seeing()
        for rest in ("", "/variables", "/form-variables", "/form", "/identity-links", "/comment", "/attachment")
    },
    f"GET {TASK}/attachment/<id>/data": seeing(),
    f"POST {TASK}/comment/create": may(*ATTACHING, body={"message": "备注"}),
    f"POST {TASK}/attachment/create": may(*ATTACHING, body=content),
    f"POST {TASK}/assignee": may("unit_head", body={"userId": "unit-SC-SS-b"}),
    f"POST {TASK}/claim": may(*HOLDING, body={}),
    f"POST {TASK}/unclaim": may(*HOLDING, body={}),
    f"POST {TASK}/complete": may("unit", body={"variables": {"action": {"value": "?"}}}),
    "POST /tasks/<task_id>": may("unit", body={"action": ""}),
    "POST /tasks/<task_id>/claim": may(*HOLDING),
    "POST /tasks/<task_id>/release": may(*HOLDING),
}
