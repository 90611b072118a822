"""All tables of the first release."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    _create_definitions()
    _create_cases()
    _create_tasks_and_timers()
    _create_trail_and_doors()
    _create_directory()


def _create_definitions() -> None:
    op.create_table(
        "bundles",
        sa.Column("id", _ID, nullable=False),
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=500)),
        sa.Column("author", sa.String(length=200), nullable=False),
        sa.Column("published_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_bundles"),
        sa.UniqueConstraint("key", "version", name="uq_bundles_key_version"),
    )
    op.create_table(
        "bundle_files",
        sa.Column("bundle_id", _ID, nullable=False),
        sa.Column("name", sa.String(length=300), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["bundle_id"], ["bundles.id"], name="fk_bundle_files_bundle_id"),
        sa.PrimaryKeyConstraint("bundle_id", "name", name="pk_bundle_files"),
    )


def _create_cases() -> None:
    _create_case_table()
    op.create_table(
        "case_people",
        sa.Column("case_id", _ID, nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("name", sa.Text()),
        sa.Column("phone", sa.Text()),
        sa.Column("details", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_case_people_case_id"),
        sa.PrimaryKeyConstraint("case_id", name="pk_case_people"),
    )
    op.create_table(
        "answers",
        sa.Column("case_id", _ID, nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("element", sa.String(length=200), nullable=False),
        sa.Column("task_id", sa.String(length=36)),
        sa.Column("actor", sa.String(length=200), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("variables", sa.Text(), nullable=False),
        sa.Column("salt", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_answers_case_id"),
        sa.PrimaryKeyConstraint("case_id", "seq", name="pk_answers"),
    )
    op.create_table(
        "work_orders",
        sa.Column("id", _ID, nullable=False),
        sa.Column("case_id", _ID, nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("unit", sa.String(length=20), nullable=False),
        sa.Column("is_lead", sa.Boolean(), nullable=False),
        sa.Column("status", sa.String(length=30), nullable=False),
        sa.Column("dispatched_at", sa.BigInteger(), nullable=False),
        sa.Column("signed_at", sa.BigInteger()),
        sa.Column("signed_by", sa.String(length=200)),
        sa.Column("contact_due", sa.BigInteger()),
        sa.Column("first_contact_at", sa.BigInteger()),
        sa.Column("due", sa.BigInteger()),
        sa.Column("replied_at", sa.BigInteger()),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_work_orders_case_id"),
        sa.PrimaryKeyConstraint("id", name="pk_work_orders"),
    )
    op.create_index("ix_work_orders_case_id", "work_orders", ["case_id"])
    op.create_index("ix_work_orders_unit_status", "work_orders", ["unit", "status"])
    op.create_table(
        "numbers",
        sa.Column("year", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("year", name="pk_numbers"),
    )


def _create_case_table() -> None:
    op.create_table(
        "cases",
        sa.Column("id", _ID, nullable=False),
        sa.Column("uid", sa.String(length=36), nullable=False),
        sa.Column("bundle_id", _ID, nullable=False),
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("no", sa.String(length=200)),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("state", sa.LargeBinary(), nullable=False),
        sa.Column("ledger", sa.Text(), nullable=False),
        sa.Column("facts", sa.Text(), nullable=False),
        sa.Column("audit_seq", sa.Integer(), nullable=False),
        sa.Column("audit_head", sa.String(length=64), nullable=False),
        sa.Column("started_at", sa.BigInteger(), nullable=False),
        sa.Column("ended_at", sa.BigInteger()),
        sa.Column("received_at", sa.BigInteger()),
        sa.Column("receipt_code", sa.String(length=40)),
        sa.Column("title", sa.Text()),
        sa.Column("channel", sa.String(length=20)),
        sa.Column("status", sa.String(length=30)),
        sa.Column("phase", sa.String(length=20)),
        sa.Column("grade", sa.String(length=20)),
        sa.Column("cause", sa.String(length=40)),
        sa.Column("matter_code", sa.String(length=20)),
        sa.Column("window", sa.String(length=20)),
        sa.Column("lead_unit", sa.String(length=20)),
        sa.Column("outcome", sa.String(length=20)),
        sa.Column("tier", sa.Integer(), nullable=False),
        sa.Column("urgent", sa.Boolean(), nullable=False),
        sa.Column("restricted", sa.Boolean(), nullable=False),
        sa.Column("deadline", sa.BigInteger()),
        sa.Column("original_deadline", sa.BigInteger()),
        sa.Column("accepted_at", sa.BigInteger()),
        sa.Column("completed_at", sa.BigInteger()),
        sa.Column("registered_by", sa.String(length=200)),
        sa.Column("merged_into", sa.String(length=200)),
        sa.ForeignKeyConstraint(["bundle_id"], ["bundles.id"], name="fk_cases_bundle_id"),
        sa.PrimaryKeyConstraint("id", name="pk_cases"),
        sa.UniqueConstraint("no", name="uq_cases_no"),
        sa.UniqueConstraint("receipt_code", name="uq_cases_receipt_code"),
        sa.UniqueConstraint("uid", name="uq_cases_uid"),
    )
    op.create_index("ix_cases_deadline_id", "cases", ["deadline", "id"])
    op.create_index("ix_cases_lead_unit_id", "cases", ["lead_unit", "id"])
    op.create_index("ix_cases_merged_into", "cases", ["merged_into"])
    op.create_index("ix_cases_received_at_id", "cases", ["received_at", "id"])
    op.create_index("ix_cases_status_id", "cases", ["status", "id"])


def _create_tasks_and_timers() -> None:
    op.create_table(
        "tasks",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("case_id", _ID, nullable=False),
        sa.Column("element", sa.String(length=200), nullable=False),
        sa.Column("name", sa.String(length=500), nullable=False),
        sa.Column("process", sa.String(length=200), nullable=False),
        sa.Column("form", sa.String(length=200)),
        sa.Column("phase", sa.String(length=20)),
        sa.Column("unit", sa.String(length=20)),
        sa.Column("assignee", sa.String(length=200)),
        sa.Column("claimed_at", sa.BigInteger()),
        sa.Column("priority", sa.Integer(), nullable=False),
        sa.Column("opened_at", sa.BigInteger(), nullable=False),
        sa.Column("due", sa.BigInteger()),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_tasks_case_id"),
        sa.PrimaryKeyConstraint("id", name="pk_tasks"),
    )
    op.create_index("ix_tasks_assignee_due_id", "tasks", ["assignee", "due", "id"])
    op.create_index("ix_tasks_case_id", "tasks", ["case_id"])
    op.create_index("ix_tasks_due_id", "tasks", ["due", "id"])
    op.create_table(
        "task_groups",
        sa.Column("group", sa.String(length=100), nullable=False),
        sa.Column("task_id", sa.String(length=36), nullable=False),
        sa.Column("due", sa.BigInteger()),
        sa.ForeignKeyConstraint(["task_id"], ["tasks.id"], name="fk_task_groups_task_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("group", "task_id", name="pk_task_groups"),
    )
    op.create_index("ix_task_groups_inbox", "task_groups", ["group", "due", "task_id"])
    op.create_index("ix_task_groups_task_id", "task_groups", ["task_id"])
    # ### end Alembic commands ###
    op.create_table(
        "finished_tasks",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("case_id", _ID, nullable=False),
        sa.Column("element", sa.String(length=200), nullable=False),
        sa.Column("name", sa.String(length=500), nullable=False),
        sa.Column("unit", sa.String(length=20)),
        sa.Column("opened_at", sa.BigInteger(), nullable=False),
        sa.Column("due", sa.BigInteger()),
        sa.Column("ended_at", sa.BigInteger(), nullable=False),
        sa.Column("actor", sa.String(length=200), nullable=False),
        sa.Column("how", sa.String(length=20), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_finished_tasks_case_id"),
        sa.PrimaryKeyConstraint("id", name="pk_finished_tasks"),
    )
    op.create_index("ix_finished_tasks_actor_ended_at", "finished_tasks", ["actor", "ended_at"])
    op.create_index("ix_finished_tasks_case_id", "finished_tasks", ["case_id"])
    op.create_table(
        "timers",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("case_id", _ID, nullable=False),
        sa.Column("element", sa.String(length=200), nullable=False),
        sa.Column("due", sa.BigInteger(), nullable=False),
        sa.Column("suspended", sa.Boolean(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("retry_at", sa.BigInteger()),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_timers_case_id"),
        sa.PrimaryKeyConstraint("id", name="pk_timers"),
    )
    op.create_index("ix_timers_case_id", "timers", ["case_id"])
    op.create_index("ix_timers_due", "timers", ["suspended", "due"])
    op.create_table(
        "incidents",
        sa.Column("id", _ID, nullable=False),
        sa.Column("case_id", _ID),
        sa.Column("element", sa.String(length=200)),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("cause", sa.Text(), nullable=False),
        sa.Column("opened_at", sa.BigInteger(), nullable=False),
        sa.Column("resolved_at", sa.BigInteger()),
        sa.Column("resolved_by", sa.String(length=200)),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_incidents_case_id"),
        sa.PrimaryKeyConstraint("id", name="pk_incidents"),
    )
    op.create_index("ix_incidents_resolved_at_id", "incidents", ["resolved_at", "id"])


def _create_trail_and_doors() -> None:
    op.create_table(
        "audit",
        sa.Column("case_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("seq", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("actor", sa.String(length=200), nullable=False),
        sa.Column("on_behalf_of", sa.String(length=200)),
        sa.Column("action", sa.String(length=60), nullable=False),
        sa.Column("element", sa.String(length=200)),
        sa.Column("before", sa.Text()),
        sa.Column("after", sa.Text()),
        sa.Column("digest", sa.String(length=64)),
        sa.Column("prev", sa.String(length=64), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("case_id", "seq", name="pk_audit"),
    )
    op.create_table(
        "idempotency",
        sa.Column("actor", sa.String(length=200), nullable=False),
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("actor", "key", name="pk_idempotency"),
    )
    op.create_index("ix_idempotency_at", "idempotency", ["at"])
    op.create_table(
        "outbox",
        sa.Column("id", _ID, nullable=False),
        sa.Column("key", sa.String(length=300), nullable=False),
        sa.Column("case_id", sa.BigInteger()),
        sa.Column("kind", sa.String(length=60), nullable=False),
        sa.Column("recipients", sa.Text(), nullable=False),
        sa.Column("payload", sa.Text(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("next_try", sa.BigInteger()),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("sent_at", sa.BigInteger()),
        sa.Column("skipped", sa.String(length=200)),
        sa.PrimaryKeyConstraint("id", name="pk_outbox"),
        sa.UniqueConstraint("key", name="uq_outbox_key"),
    )
    op.create_index("ix_outbox_next_try", "outbox", ["next_try"])


def _create_directory() -> None:
    op.create_table(
        "units",
        sa.Column("code", sa.String(length=20), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("short", sa.String(length=100), nullable=False),
        sa.Column("kind", sa.String(length=30), nullable=False),
        sa.Column("parent", sa.String(length=20)),
        sa.Column("has_desk", sa.Boolean(), nullable=False),
        sa.Column("vertical", sa.Boolean(), nullable=False),
        sa.Column("details", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("code", name="pk_units"),
    )
    op.create_table(
        "matters",
        sa.Column("code", sa.String(length=20), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("unit", sa.String(length=20), nullable=False),
        sa.Column("details", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("code", name="pk_matters"),
    )
    op.create_table(
        "people",
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("display", sa.String(length=200), nullable=False),
        sa.Column("password", sa.Text(), nullable=False),
        sa.Column("unit", sa.String(length=20)),
        sa.Column("window", sa.String(length=20)),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_people"),
    )
    op.create_table(
        "memberships",
        sa.Column("person", sa.String(length=200), nullable=False),
        sa.Column("group", sa.String(length=100), nullable=False),
        sa.ForeignKeyConstraint(["person"], ["people.name"], name="fk_memberships_person"),
        sa.PrimaryKeyConstraint("person", "group", name="pk_memberships"),
    )
    op.create_index("ix_memberships_group", "memberships", ["group"])
    op.create_table(
        "tokens",
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("person", sa.String(length=200), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["person"], ["people.name"], name="fk_tokens_person"),
        sa.PrimaryKeyConstraint("hash", name="pk_tokens"),
    )
    op.create_table(
        "sessions",
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("person", sa.String(length=200), nullable=False),
        sa.Column("csrf", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("seen_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["person"], ["people.name"], name="fk_sessions_person"),
        sa.PrimaryKeyConstraint("hash", name="pk_sessions"),
    )
    op.create_table(
        "settings",
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_settings"),
    )
