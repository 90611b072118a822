"""The audit trail takes new lines at the end of a chain, and nothing else.

The insert trigger also closes the door `INSERT OR REPLACE` leaves open on SQLite, where a replaced row never meets
the delete trigger unless recursive triggers are on.
"""

from __future__ import annotations

from alembic import op

revision = "0002"
down_revision = "0001"

_SQLITE = (
    """
    CREATE TRIGGER audit_no_update BEFORE UPDATE ON audit
    BEGIN SELECT RAISE(ABORT, 'audit lines are never changed'); END
    """,
    """
    CREATE TRIGGER audit_no_delete BEFORE DELETE ON audit
    BEGIN SELECT RAISE(ABORT, 'audit lines are never deleted'); END
    """,
    """
    CREATE TRIGGER audit_in_order BEFORE INSERT ON audit
    WHEN NEW.seq < 1
      OR EXISTS (SELECT 1 FROM audit WHERE case_id = NEW.case_id AND seq >= NEW.seq)
      OR (NEW.seq > 1 AND NOT EXISTS
          (SELECT 1 FROM audit WHERE case_id = NEW.case_id AND seq = NEW.seq - 1 AND hash = NEW.prev))
    BEGIN SELECT RAISE(ABORT, 'an audit line follows the last one of its chain'); END
    """,
)

_POSTGRESQL = (
    """
    CREATE FUNCTION audit_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION 'audit lines are never changed or deleted' USING ERRCODE = 'integrity_constraint_violation';
    END $$
    """,
    """
    CREATE FUNCTION audit_check_order() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF NEW.seq < 1
            OR EXISTS (SELECT 1 FROM audit WHERE case_id = NEW.case_id AND seq >= NEW.seq)
            OR (NEW.seq > 1 AND NOT EXISTS
                (SELECT 1 FROM audit WHERE case_id = NEW.case_id AND seq = NEW.seq - 1 AND hash = NEW.prev))
        THEN
            RAISE EXCEPTION 'an audit line follows the last one of its chain'
                USING ERRCODE = 'integrity_constraint_violation';
        END IF;
        RETURN NEW;
    END $$
    """,
    "CREATE TRIGGER audit_no_change BEFORE UPDATE OR DELETE ON audit FOR EACH ROW EXECUTE FUNCTION audit_refuse()",
    "CREATE TRIGGER audit_no_truncate BEFORE TRUNCATE ON audit FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse()",
    "CREATE TRIGGER audit_in_order BEFORE INSERT ON audit FOR EACH ROW EXECUTE FUNCTION audit_check_order()",
)


def upgrade() -> None:
    for statement in _SQLITE if op.get_bind().dialect.name == "sqlite" else _POSTGRESQL:
        op.execute(statement)
