"""The commands that need no web: `webapp/command.py` gathers them with those that do."""

from engine.cli.audit import audit
from engine.cli.bench import bench
from engine.cli.calendar import calendar
from engine.cli.definitions import check, publish
from engine.cli.diff import diff
from engine.cli.erasure import erasure
from engine.cli.incidents import incident
from engine.cli.keys import key
from engine.cli.ledger import export
from engine.cli.migrating import migrate_cases
from engine.cli.replay import replay
from engine.cli.simulate import simulate
from engine.cli.staff import user
from engine.cli.tokens import token
from engine.cli.whatif import whatif

COMMANDS = (
    replay,
    check,
    publish,
    diff,
    simulate,
    migrate_cases,
    whatif,
    user,
    token,
    key,
    calendar,
    audit,
    erasure,
    incident,
    export,
    bench,
)
