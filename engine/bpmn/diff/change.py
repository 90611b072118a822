"""One difference between two bundles, without words: what it is about, and how it was and is."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Change:
    """`kind` says which: added removed attribute · rewired flow_added flow_removed condition default · process_added
    process_removed · table table_added table_removed column column_added column_removed row row_added row_removed
    row_test row_order · form form_added form_removed field field_added field_removed check_added check_removed.

    `place`: id of the process, or name of the file of a table or form. `element`: id of the node (source of a flow),
    of the table or form. `name`: what it is called on the screen. `about`: the BPMN tag of what came or went, else the
    attribute, column or field that differs. `before`, `after`: as written; None where there was or is nothing. `near`:
    for a node what lies before and after it (names), for a flow the name of its target, for a row its tests.
    """

    kind: str
    place: str
    element: str
    name: str
    about: str = ""
    before: str | None = None
    after: str | None = None
    near: tuple[tuple[str, ...], tuple[str, ...]] = ((), ())
