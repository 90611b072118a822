"""Query parameters, and the same names in a JSON body: read by type, everything unknown refused.

A filter that was ignored would show more than was asked for.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar

from engine.errors import BadInput
from engine.queries.deployments import DeploymentFilter
from engine.queries.incidents import IncidentFilter
from engine.queries.jobs import JobFilter
from engine.queries.paging import MOST, Page, Sort
from engine.queries.people import GroupFilter, UserFilter
from engine.queries.processes import DefinitionFilter, InstanceFilter
from engine.queries.tasks import TaskFilter
from webapp.api.engine_rest.times import time_in

Reader = Callable[[Any, str], Any]
F = TypeVar("F")

_PAGING = ("firstResult", "maxResults", "sortBy", "sortOrder", "sorting")
_ORDERS = {"asc": False, "desc": True}
_INTEGER = 2**31
_SPACE_FOR_PLUS = re.compile(r" (\d\d:?\d\d)$")


@dataclass(frozen=True)
class Known(Generic[F]):
    """The parameters of one list: its filter, name in the interface → (name in the filter, reader), and sort keys."""

    wanted: Callable[..., F]
    filters: Mapping[str, tuple[str, Reader]]
    sorts: Mapping[str, str]


# ------------------------------------------------------------------ readers
def text(value: Any, name: str) -> str:
    """A text the database can compare with."""
    if not isinstance(value, str):
        raise BadInput({name: "应是文字。"})
    if "\0" in value or not _encodable(value):
        raise BadInput({name: "含有无法使用的字符，请删去。"})
    return value


def texts(value: Any, name: str) -> tuple[str, ...]:
    """A list, or texts with commas between them."""
    parts = value if isinstance(value, list) else text(value, name).split(",")
    return tuple(text(part, name) for part in parts)


def one_text(value: Any, name: str) -> tuple[str, ...]:
    """A single text where the filter takes several."""
    return (text(value, name),)


def moment(value: Any, name: str) -> datetime:
    """An instant; the plus of its offset may have become a space, as it does in an address when left unescaped."""
    return time_in(_SPACE_FOR_PLUS.sub(r"+\1", value) if isinstance(value, str) else value, name)


def flag(value: Any, name: str) -> bool:
    """true or false."""
    if isinstance(value, bool):
        return value
    if value not in ("true", "false"):
        raise BadInput({name: "应是 true 或 false。"})
    return bool(value == "true")


def whole(value: Any, name: str) -> int:
    """A whole number from 0 on."""
    given = str(value) if isinstance(value, int) and not isinstance(value, bool) else value
    if not (isinstance(given, str) and given.isascii() and given.isdecimal() and len(given) < 11):
        raise BadInput({name: "应是不小于 0 的整数。"})
    if int(given) >= _INTEGER:
        raise BadInput({name: "数字太大。"})
    return int(given)


def _encodable(value: str) -> bool:
    return not any("\ud800" <= mark <= "\udfff" for mark in value)


# ------------------------------------------------------------------ reading
def read(given: Mapping[str, Any], known: Known[F]) -> tuple[F, Page]:
    """The filter and the page; raises BadInput naming every parameter that cannot be taken."""
    wrong = {name: "没有这个参数，请检查名称。" for name in given if name not in known.filters and name not in _PAGING}
    values: dict[str, Any] = {}
    for name, (inner, reader) in known.filters.items():
        if given.get(name) is not None:
            _take(values, inner, reader, given[name], name, wrong)
    page = _page(given, known, wrong)
    if wrong:
        raise BadInput(wrong)
    return known.wanted(**values), page


def _take(values: dict[str, Any], inner: str, reader: Reader, given: Any, name: str, wrong: dict[str, str]) -> None:
    try:
        values[inner] = reader(given, name)
    except BadInput as refused:
        wrong.update(refused.fields)


def _page(given: Mapping[str, Any], known: Known[Any], wrong: dict[str, str]) -> Page:
    found: dict[str, Any] = {}
    for name, inner in (("firstResult", "first"), ("maxResults", "most")):
        if given.get(name) is not None:
            _take(found, inner, whole, given[name], name, wrong)
    if found.get("most", 0) > MOST:
        wrong["maxResults"] = f"一次最多 {MOST} 条，请分页取。"
    return Page(**found, sorts=_sorts(given, known, wrong))


def _sorts(given: Mapping[str, Any], known: Known[Any], wrong: dict[str, str]) -> tuple[Sort, ...]:
    """`sortBy` with `sortOrder`, or in a body `sorting`: a list of both."""
    by, order, several = given.get("sortBy"), given.get("sortOrder"), given.get("sorting")
    if several is None:
        several = [] if by is None and order is None else [{"sortBy": by, "sortOrder": order}]
    if not isinstance(several, list) or not all(isinstance(one, Mapping) for one in several):
        wrong["sorting"] = '应写成 [{"sortBy": "dueDate", "sortOrder": "asc"}]。'
        return ()
    return tuple(sort for one in several if (sort := _sort(one, known, wrong)) is not None)


def _sort(one: Mapping[str, Any], known: Known[Any], wrong: dict[str, str]) -> Sort | None:
    by, order = one.get("sortBy"), one.get("sortOrder") or "asc"
    if not isinstance(by, str) or by not in known.sorts:
        wrong["sortBy"] = f"可按 {'、'.join(known.sorts)} 排序。" if known.sorts else "这个列表不能另外排序。"
    if not isinstance(order, str) or order not in _ORDERS:
        wrong["sortOrder"] = "请用 asc 或 desc。"
    if "sortBy" in wrong or "sortOrder" in wrong:
        return None
    return Sort(known.sorts[str(by)], _ORDERS[str(order)])


# ------------------------------------------------------------------ the lists
TASKS = Known(
    TaskFilter,
    {
        "processInstanceBusinessKey": ("no", text),
        "processInstanceId": ("uid", text),
        "processDefinitionKey": ("process", text),
        "taskDefinitionKey": ("element", text),
        "candidateGroup": ("groups", one_text),
        "candidateGroups": ("groups", texts),
        "includeAssignedTasks": ("claimed_too", flag),
        "assignee": ("assignee", text),
        "assigned": ("assigned", flag),
        "unassigned": ("unassigned", flag),
        "name": ("name", text),
        "nameLike": ("name_like", text),
        "dueBefore": ("due_before", moment),
        "dueAfter": ("due_after", moment),
        "overdue": ("overdue", flag),
    },
    {
        "id": "id",
        "name": "name",
        "assignee": "assignee",
        "priority": "priority",
        "created": "opened_at",
        "dueDate": "due",
        "instanceId": "instance",
        "businessKey": "no",
    },
)
DEFINITIONS = Known(
    DefinitionFilter,
    {
        "key": ("key", text),
        "name": ("name", text),
        "version": ("version", whole),
        "latestVersion": ("latest", flag),
    },
    {"key": "key", "name": "name", "version": "version", "id": "id"},
)
DEPLOYMENTS = Known(
    DeploymentFilter,
    {
        "id": ("id", text),
        "name": ("name", text),
        "nameLike": ("name_like", text),
        "source": ("source", text),
        "before": ("before", moment),
        "after": ("after", moment),
    },
    {"id": "id", "name": "name", "deploymentTime": "deployed_at"},
)
INSTANCES = Known(
    InstanceFilter,
    {
        "businessKey": ("no", text),
        "processInstanceIds": ("uids", texts),
        "processDefinitionKey": ("key", text),
    },
    {"instanceId": "instance", "definitionKey": "key", "businessKey": "no"},
)
JOBS = Known(
    JobFilter,
    {
        "processInstanceId": ("uid", text),
        "processInstanceBusinessKey": ("no", text),
        "activityId": ("element", text),
        "dueBefore": ("due_before", moment),
        "dueAfter": ("due_after", moment),
        "suspended": ("suspended", flag),
        "active": ("active", flag),
    },
    {"jobId": "id", "jobDueDate": "due", "processInstanceId": "instance"},
)
INCIDENTS = Known(IncidentFilter, {"processInstanceId": ("uid", text)}, {})
USERS = Known(UserFilter, {"id": ("name", text), "memberOfGroup": ("group", text)}, {})
GROUPS = Known(GroupFilter, {"id": ("id", text), "member": ("member", text), "type": ("kind", text)}, {})
