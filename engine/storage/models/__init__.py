"""The tables. State alone is stored of a case; tasks and timers are rows derived from it in the same transaction."""

from __future__ import annotations

from engine.storage.models.batches import migration_batches, migration_cases
from engine.storage.models.cases import (
    accesses,
    answers,
    attachments,
    case_people,
    cases,
    numbers,
    person_marks,
    work_orders,
)
from engine.storage.models.columns import SEALED, Instant, instant_of, metadata, microseconds
from engine.storage.models.definitions import (
    approvals,
    bundle_files,
    bundles,
    definition_draft_files,
    definition_draft_hands,
    definition_drafts,
    what_if_runs,
)
from engine.storage.models.desk import desk_settings, follow_ups, inbox_choices, inbox_views
from engine.storage.models.directory import (
    calendars,
    callers,
    grants,
    matters,
    memberships,
    old_passwords,
    people,
    recovery_codes,
    second_factors,
    sessions,
    settings,
    sign_in_failures,
    substitutions,
    tokens,
    units,
)
from engine.storage.models.keeping import erasures, preservations
from engine.storage.models.ledger import ledger_rows
from engine.storage.models.notices import notice_reads, notices
from engine.storage.models.rectifications import rectifications
from engine.storage.models.search import case_words
from engine.storage.models.tasks import finished_tasks, incidents, task_groups, tasks, timers
from engine.storage.models.trail import (
    audit,
    checkpoint_places,
    checkpoints,
    idempotency,
    outbox,
    rates,
    request_counts,
)
from engine.storage.models.walked import (
    moving_cases,
    packed_steps,
    rule_findings,
    walked_blocks,
    walked_cases,
    walked_steps,
    ways,
)
from engine.storage.models.waypoints import waypoints
from engine.storage.models.writing import canned_answers, drafts

__all__ = [
    "SEALED",
    "Instant",
    "accesses",
    "answers",
    "approvals",
    "attachments",
    "audit",
    "bundle_files",
    "bundles",
    "calendars",
    "callers",
    "canned_answers",
    "case_people",
    "case_words",
    "cases",
    "checkpoint_places",
    "checkpoints",
    "definition_draft_files",
    "definition_draft_hands",
    "definition_drafts",
    "desk_settings",
    "drafts",
    "erasures",
    "finished_tasks",
    "follow_ups",
    "grants",
    "idempotency",
    "inbox_choices",
    "inbox_views",
    "incidents",
    "instant_of",
    "ledger_rows",
    "matters",
    "memberships",
    "metadata",
    "microseconds",
    "migration_batches",
    "migration_cases",
    "moving_cases",
    "notice_reads",
    "notices",
    "numbers",
    "old_passwords",
    "outbox",
    "packed_steps",
    "people",
    "person_marks",
    "preservations",
    "rates",
    "recovery_codes",
    "rectifications",
    "request_counts",
    "rule_findings",
    "second_factors",
    "sessions",
    "settings",
    "sign_in_failures",
    "substitutions",
    "task_groups",
    "tasks",
    "timers",
    "tokens",
    "units",
    "walked_blocks",
    "walked_cases",
    "walked_steps",
    "waypoints",
    "ways",
    "what_if_runs",
    "work_orders",
]
