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
KEEPING = ("window_lead", "work_group", "bureau", "supervisor", "unit_head")  # 常用答复
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


def alone(*roles: str, body: Any = None) -> Row:
    """What only these may know of: 404 for everybody else."""
    return Row({role: _kind(role, roles, "404") for role in ROLES}, body)


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
UNMASK = may(
    *(*HALL, "callback", "work_group", "bureau", "leading_group", "unit", "unit_head", "unit_deputy", "unit_chief"),
    body={"reason": "回电核实"},
)
ACCESSES = members("auditor")
KEEPERS = ("window_lead", "work_group", "bureau", "leading_group")


def keeping(*roles: str, body: Any = None) -> Row:
    """About this case; of its own cases the restricted desk may do all of it, and knows nothing of this one."""
    return Row({**members(*roles).kinds, "restricted": "404"}, body)


PAPER = may(*SEEING - {"supervisor", "auditor"})  # what stands in a paper cannot be masked
LEDGER = (*HALL, "work_group", "bureau", "leading_group", "unit", "unit_head", "unit_deputy", "unit_chief")
BOOKS = (*LEDGER, "other_unit", "auditor", "supervisor")
RECEPTION = (*HALL, "work_group", "bureau", "leading_group", "auditor", "supervisor")
WATCHING = (
    *("window_lead", "work_group", "bureau", "leading_group", "auditor", "supervisor"),
    *("unit", "other_unit", "unit_head", "unit_deputy", "unit_chief"),
)
APART = ("supervisor", "auditor", "admin")
TOLD = tuple(frozenset(ROLES) - {"stranger", *APART})
OFFICE = members("admin")
NEWCOMER = {"name": "x y", "display": "", "groups": []}
ABSENCE = {"absent": "w9", "substitute": "w9", "until": "2026-10-08T17:00:00+08:00", "reason": "出差"}
NO = "/api/cases/<no>"
ACT = "<any(courier,hold_escalation,rating,supplement,urge,withdraw):act>"
TASK = "/engine-rest/task/<task_id>"
PROCESS = "/engine-rest/process-definition"
INSTANCE = "/engine-rest/process-instance"

# The finding of the table is put to SC-SS; another unit is not told that there is one.
ASKED = ("auditor", "supervisor", "bureau", "unit", "unit_head", "unit_deputy", "unit_chief")
FINDING = Row({**members(*ASKED).kinds, "other_unit": "404"})
# Its papers open for who gave a reason on the case, which all have done who may: no supervisor, no auditor.
FINDING_PAPER = Row({**members(*frozenset(ASKED) - {"supervisor", "auditor"}).kinds, "other_unit": "404"})
# The address of the form names no case: 404 for whoever may ask.
NO_CASE_TO_FIND_IN = Row(
    {role: "404" if kind == "ok" else kind for role, kind in members("auditor", "supervisor", "bureau").kinds.items()}
)

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
    "GET /progress": everybody(),
    "POST /progress": everybody({"receipt_code": ""}),
    "GET /progress/rating": everybody(),
    "POST /progress/rating": Row(dict.fromkeys(ROLES, "404")),  # nobody has a case of that code
    "POST /api/progress": everybody({}),
    "GET /metrics": members("admin", "supervisor"),
    # whoever has signed in
    "GET /inbox": signed_in(),
    "GET /inbox/live": signed_in(),
    "POST /inbox/choose": signed_in({"step": "accept"}),
    "POST /inbox/search": signed_in({"q": "社保"}),
    "POST /inbox/views": signed_in({"name": ""}),
    "POST /inbox/views/<int:id>/drop": alone(),  # nobody has saved one
    "POST /inbox/views/<int:id>/rename": alone(body={"name": "本周"}),
    "POST /inbox/views/<int:id>/open-with": signed_in(),  # with none of them
    "POST /inbox/keys": signed_in({"single": "yes"}),
    "POST /inbox/together": signed_in({}),
    "POST /inbox/aside/<task_id>": Row(
        {role: "ok" if role == "unit" else "401" if role == "stranger" else "404" for role in ROLES},
        {"until": "2026-10-08", "reason": "等材料"},
    ),
    "POST /inbox/aside/<task_id>/back": signed_in({}),
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
    **{
        f"{method} /engine-rest/history/{name}": signed_in({} if method == "POST" else None)
        for part in (
            *("process-instance", "task", "activity-instance", "variable-instance", "user-operation", "incident"),
            *("detail", "job-log"),
        )
        for name in (part, f"{part}/count")
        for method in ("GET", "POST")
    },
    **{f"GET /engine-rest/{name}": signed_in() for name in ("incident", "group", "user", "version")},
    **{
        f"GET {PROCESS}{rest}": signed_in()
        for rest in ("", "/count", "/<id>", "/<id>/xml", "/key/<key>", "/key/<key>/xml")
    },
    # deployments: whoever runs processes may know of them; what is in them is for those who publish, and for auditors
    **{f"GET /engine-rest/deployment{rest}": signed_in() for rest in ("", "/count", "/<id>")},
    **{
        f"GET /engine-rest/deployment/<id>/resources{rest}": members("supervisor", "bureau", "auditor")
        for rest in ("", "/<resource>", "/<resource>/data")
    },
    "POST /engine-rest/deployment/create": members("supervisor", body={}),
    "GET /api/approvals": members("supervisor", "bureau", "auditor"),
    "GET /api/approvals/<id>": members("supervisor", "bureau", "auditor"),
    "POST /api/approvals/<id>": members("bureau", body={"approve": False, "comment": "再想想"}),  # supervisor asked
    # one's own account; what is asked of a visitor who is half signed in is for the page to say
    "GET /account": signed_in(),
    "GET /confirm": signed_in(),
    "POST /confirm": signed_in({"password": "?"}),
    "POST /account/sessions/end": alone(),  # nobody has a session of that id
    "POST /account/tokens": signed_in({"label": ""}),
    "POST /account/tokens/revoke": alone(),
    "POST /account/second-factor/renew": signed_in({}),
    "GET /account/password": signed_in(),
    "POST /account/password": members(),  # in a demo everybody shares theirs
    "GET /account/second-factor": signed_in(),
    "POST /account/second-factor": signed_in({}),
    "GET /sign-in/code": signed_in(),
    "POST /sign-in/code": signed_in({"code": "?"}),
    # who stands in for whom; whose absence somebody may enter is for the engine to say
    "GET /absence": signed_in(),
    "POST /absence": signed_in(ABSENCE),
    "GET /api/substitutions": signed_in(),
    "POST /api/substitutions": signed_in(ABSENCE),
    "POST /api/substitutions/<int:id>/end": members("window", "window_lead", "admin", body={}),
    "POST /absence/<int:id>/end": members("window", "window_lead", "admin"),
    # what one has typed and not sent
    "GET /drafts": signed_in(),
    "POST /drafts/discard": members(*(set(ROLES) - {"stranger", "auditor"}), body={"place": "?"}),
    "POST /register/draft": members(*REGISTER, body={"_draft": "a-word-of-its-own", "title": "写到一半"}),
    "POST /tasks/<task_id>/draft": may(*(SEEING - {"auditor"}), body={"reason": "写到一半"}),
    # canned answers; those of other steps than the unit's are for the engine to refuse
    "GET /canned-answers": members(*KEEPING),
    "POST /canned-answers": members(*KEEPING, body={"element": "handle", "title": "告知", "text": "已收到"}),
    "GET /canned-answers/<int:id>": members(*KEEPING),
    "POST /canned-answers/<int:id>": members(*KEEPING, body={"revision": "1"}),
    "POST /canned-answers/<int:id>/retire": members(*KEEPING, body={"revision": "0"}),
    # people
    **{f"GET {path}": OFFICE for path in ("/admin/people", "/admin/people/<name>", "/admin/new-person")},
    **{f"GET /api/{path}": OFFICE for path in ("people", "people/<name>", "grants")},
    "POST /admin/new-person": members("admin", body=NEWCOMER),
    "POST /api/people": members("admin", body=NEWCOMER),
    "POST /admin/people/export": OFFICE,
    "POST /admin/people/<name>/<any(enable,disable):act>": OFFICE,
    "POST /api/people/<name>/enable": members("admin", body={}),
    "POST /api/people/<name>/disable": members("admin", body={}),
    **{f"POST {area}/people/<name>/details": members("admin", body={"window": "W9"}) for area in ("/api", "/admin")},
    **{f"POST {area}/people/<name>/groups": members("admin", body={"add": ["nobody"]}) for area in ("/api", "/admin")},
    "POST /api/grants/<int:id>": members("admin", body={"approve": True}),
    "POST /admin/grants/<int:id>": members("admin", body={"approve": "yes"}),
    # what could not go on
    "GET /incidents": members("supervisor"),
    "GET /api/incidents": members("supervisor"),
    "GET /api/incidents/<id>": members("supervisor"),
    **{f"POST /api/incidents/<id>/{act}": members("supervisor", body={}) for act in ("take", "retry", "repair")},
    "POST /api/incidents/<id>/resolve": members("supervisor", body={"reason": "?"}),
    "POST /incidents/<id>/<any(take,retry,resolve,repair):act>": members("supervisor"),
    # the process itself
    "GET /designer": members("supervisor"),
    "GET /designer/ladder": members("supervisor"),
    **{
        f"POST /engine-rest/migration/{door}": members("supervisor", body={})
        for door in ("generate", "validate", "execute")
    },
    "GET /designer/impact": members("supervisor"),
    "POST /designer/impact": members("supervisor", body={"to": "1"}),
    "GET /designer/impact/orders/<int:id>": members("supervisor"),
    "POST /designer/impact/orders/<int:id>/<any(carry_on,undo):act>": members("supervisor"),
    "GET /designer/whatif": members("supervisor"),
    "POST /designer/whatif": members("supervisor", body={"from": "?"}),
    "GET /designer/whatif/<int:id>": members("supervisor"),
    "POST /designer/drafts": members("supervisor", body={"from": "1", "title": "期限"}),
    **{f"GET /designer/drafts/<int:id>{rest}": members("supervisor") for rest in ("", "/check", "/files/<path:name>")},
    "PUT /designer/drafts/<int:id>/files/<path:name>": members("supervisor", body=b"{}"),
    "GET /designer/drafts/<int:id>/diagram/<path:diagram>": members("supervisor"),
    "GET /designer/drafts/<int:id>/table/<path:table>": members("supervisor"),
    "GET /designer/drafts/<int:id>/form/<path:form>": members("supervisor"),
    "POST /designer/drafts/<int:id>/form/<path:form>": members("supervisor", body={"act": "preview"}),
    "POST /designer/drafts/<int:id>/table/<path:table>": members("supervisor", body={"act": "add"}),
    "POST /designer/drafts/<int:id>/discard": members("supervisor", body={"revision": "1"}),
    # many cases at once
    "GET /audit/processes": members("auditor", "supervisor"),
    "GET /audit/processes/steps": members("auditor", "supervisor"),
    **{
        f"POST /designer/drafts/<int:id>/{act}": members("supervisor", body={"revision": "1"})
        for act in ("submit", "import")
    },
    "POST /designer/drafts/<int:id>/remove": Row(  # of no file
        {role: "404" if role == "supervisor" else kind for role, kind in members("supervisor").kinds.items()},
        {"revision": "1", "name": "?"},
    ),
    "GET /designer/drafts/<int:id>/archive": members("supervisor"),
    "GET /designer/versions/<int:number>/archive": members("supervisor"),
    "GET /designer/approvals": members("supervisor", "bureau", "auditor"),
    "GET /designer/approvals/<int:id>": members("supervisor", "bureau", "auditor"),
    "POST /designer/approvals/<int:id>": members("bureau", body={"decision": "refuse"}),  # supervisor has asked
    "GET /audit/rules": members("auditor", "supervisor"),
    # how long personal data is kept
    "GET /keeping": members(*KEEPERS, "restricted", "auditor", "supervisor"),
    "GET /cases/<no>/keeping": keeping(*KEEPERS, "auditor", "supervisor"),
    "POST /cases/<no>/keeping/preserve": keeping("bureau", "supervisor", body={}),
    "POST /cases/<no>/keeping/release": keeping("bureau", "supervisor", body={}),
    "POST /cases/<no>/keeping/ask": keeping("window_lead", "work_group", "bureau", body={}),
    "POST /cases/<no>/keeping/drop": keeping(*KEEPERS, body={}),
    "POST /cases/<no>/keeping/erase": keeping("bureau", "leading_group", body={}),
    "GET /audit/samples": members("auditor", "supervisor"),
    "GET /audit/rectifications": members("auditor", "supervisor", "bureau"),
    "GET /audit/rectifications/<no>": FINDING,
    "GET /audit/rectifications/<no>/attachments/<id>": FINDING_PAPER,
    "GET /api/rectifications/<no>/attachments/<id>": FINDING_PAPER,
    "POST /audit/rectifications/<no>/withdraw": members("supervisor", "bureau", body={"reason": ""}),
    "POST /api/rectifications/<no>/withdraw": members("supervisor", "bureau", body={}),
    "GET /api/rectifications": members(*ASKED, "other_unit"),
    "GET /api/rectifications/<no>": FINDING,
    "GET /audit/findings/new": members("auditor", "supervisor", "bureau"),
    "POST /audit/findings/new": Row({**NO_CASE_TO_FIND_IN.kinds, "auditor": "403"}),
    # the trail of a case, and of the whole house
    "GET /audit/cases": members("auditor", "supervisor"),
    "GET /audit/cases/<no>": members("auditor", "supervisor"),
    "GET /audit/cases/<no>/sheet": members("auditor", "supervisor"),
    "GET /audit/cases/<no>/sheet.pdf": members("auditor", "supervisor"),
    "POST /audit/cases/<no>/pack": members("auditor"),
    "GET /audit/looks": members("auditor"),
    "GET /api/audit/looks": members("auditor"),
    "GET /audit/house": members("auditor"),
    "GET /api/audit/house": members("auditor"),
    "GET /audit/trail": members("auditor"),
    "POST /audit/trail/verify": members("auditor"),
    "POST /audit/export.<kind>": members("auditor"),
    # ledger and figures
    "GET /ledger": members(*BOOKS),
    "POST /ledger/search": members(*BOOKS, body={"q": "社保"}),
    "POST /ledger/export.<kind>": members(*BOOKS),
    "GET /reception-book": members(*RECEPTION),
    "GET /statistics": members(*BOOKS, "callback"),
    "GET /api/stats": members(*BOOKS, "callback"),
    "GET /api/public/counter": everybody(),
    # who is late, and what is done about it
    "GET /supervision": members(*WATCHING),
    "GET /director": members("bureau", "leading_group", "unit_deputy", "unit_chief"),
    # whom to call at each unit
    "GET /liaison": signed_in(),
    "GET /liaison/network": signed_in(),
    "GET /liaison/<unit>": signed_in(),
    "POST /liaison/<unit>": members("unit", "unit_head", body={"a.name": ""}),
    "POST /liaison/<unit>/confirm": members("unit", "unit_head", body={}),
    # what one is told
    "GET /notices": members(*TOLD),
    "GET /notices/<int:id>": Row({**alone("unit").kinds, **dict.fromkeys(APART, "403")}),  # number 1 went to the unit
    "POST /notices/read": members(*TOLD, body={}),
    # the desk of a unit
    "GET /unit": members("unit", "unit_head", "unit_deputy", "unit_chief", "other_unit"),
    "POST /unit/orders/<task_id>/sign": Row({**may("unit").kinds, **dict.fromkeys(("restricted", "admin"), "403")}),
    # registering
    "GET /register": members(*REGISTER),
    "POST /register": members(*REGISTER, body={"title": ""}),
    "GET /register/matters/<code>": members(*REGISTER),
    "POST /register/before": members(*REGISTER, body={"phone": "13812341234"}),
    "POST /api/cases": members(*REGISTER, body={}),
    f"POST {PROCESS}/key/<key>/start": members(*REGISTER, body={}),
    "GET /cases/<no>/registered": alone("window"),
    # a case
    "GET /cases/<no>": seeing(),
    "GET /cases/<no>/deadline": seeing(),
    "GET /cases/<no>/attachments": seeing(),
    "GET /cases/<no>/attachments/<id>": PAPER,
    "GET /cases/<no>/amend": seeing(),
    "GET /cases/<no>/amend/<name>": seeing(),
    f"GET /cases/<no>/{ACT}": seeing(),
    f"GET {NO}": seeing(),
    f"GET {NO}/timeline": seeing(),
    f"GET {NO}/deadline": seeing(),
    f"GET {NO}/attachments/<id>": PAPER,
    f"GET {INSTANCE}/<uid>": seeing(),
    f"GET {INSTANCE}/<uid>/variables": seeing(),
    "GET /engine-rest/history/process-instance/<uid>": seeing(),
    f"GET {INSTANCE}/<uid>/activity-instances": seeing(),
    f"DELETE {INSTANCE}/<uid>": may(),  # ended by withdrawal alone
    "GET /cases/<no>/unmask": seeing(),
    "GET /cases/<no>/accesses": ACCESSES,
    f"GET {NO}/accesses": ACCESSES,
    f"GET {NO}/as-of": members("auditor", "supervisor"),
    "GET /cases/<no>/screen": seeing(),
    "GET /cases/<no>/prints/<any(receipt,order,visit):sheet>": seeing(),
    "GET /cases/<no>/prints/<any(receipt,order,visit):sheet>.pdf": seeing(),
    "GET /cases/<no>/lists/<any(large,notice):kind>": seeing(),
    "POST /cases/<no>/lists/<any(large,notice):kind>": may(*ATTACHING, body={"what.0": "户口簿", "need.0": "1"}),
    # acts on it
    f"POST {NO}/unmask": UNMASK,
    "POST /cases/<no>/unmask": UNMASK,
    f"POST {NO}/hold-escalation": may("bureau", body={"activity": "overdue", "reason": "?"}),
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
    "GET /inbox/preview/<task_id>": seeing(),
    **{
        f"GET {TASK}{rest}": seeing()
        for rest in ("", "/variables", "/form-variables", "/form", "/identity-links", "/comment", "/attachment")
    },
    f"GET {TASK}/attachment/<id>/data": PAPER,
    "POST /tasks/<task_id>/comment": may(*ATTACHING, body={"message": "备注"}),
    f"POST {TASK}/comment/create": may(*ATTACHING, body={"message": "备注"}),
    f"POST {TASK}/attachment/create": may(*ATTACHING, body=content),
    f"POST {TASK}/assignee": may("unit_head", body={"userId": "unit-SC-SS-b"}),
    f"POST {TASK}/delegate": may("unit_head", body={"userId": "unit-SC-SS-b"}),
    f"POST {TASK}/resolve": may(body={}),  # nobody was asked for help
    "POST /tasks/<task_id>/hand-on": may("unit_head", body={"to": "unit-SC-SS-b"}),
    "POST /tasks/<task_id>/resolve": may(),
    f"POST {TASK}/claim": may(*HOLDING, body={}),
    f"POST {TASK}/unclaim": may(*HOLDING, body={}),
    f"POST {TASK}/complete": may("unit", body={"variables": {"action": {"value": "?"}}}),
    "POST /tasks/<task_id>": may("unit", body={"action": ""}),
    "POST /tasks/<task_id>/with-papers": may("unit", body={"action": ""}),
    "POST /tasks/<task_id>/claim": may(*HOLDING),
    "POST /tasks/<task_id>/release": may(*HOLDING),
}
