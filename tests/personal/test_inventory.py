"""docs/personal-data.md names every personal field with its purpose, and says truly which of them are optional."""

from __future__ import annotations

import re

import pytest

from engine.definitions.act_forms import shipped_form
from engine.storage.models import metadata
from engine.storage.sealed import sealed_columns
from tests.personal.planting import text_fields
from tests.processes.form_reader import FORMS
from tests.support.source import ROOT

INVENTORY = (ROOT / "docs" / "personal-data.md").read_text("utf-8")
ROWS = [[cell.strip() for cell in line.strip("|").split("|")] for line in INVENTORY.splitlines() if line[:3] == "| `"]
APPLICANT = shipped_form("start")["properties"]["applicant"]


@pytest.mark.checklist(61)
def test_every_field_of_the_applicant_has_a_purpose_and_says_whether_it_is_needed() -> None:
    told = {row[0].split("`")[1]: row for row in ROWS if row[0].startswith("`applicant.")}
    assert told.keys() == {f"applicant.{name}" for name in APPLICANT["properties"]}
    assert all(row[1] for row in told.values())
    needed = {name: "必填" for name in APPLICANT["required"]} | {
        name: "非匿名必填" for name in APPLICANT["else"]["required"]
    }
    assert {path.removeprefix("applicant."): row[2] for path, row in told.items()} == {
        name: needed.get(name, "选填") for name in APPLICANT["properties"]
    }


@pytest.mark.checklist(61)
def test_every_text_field_of_every_form_is_in_the_inventory_with_its_purpose() -> None:
    told = {
        (form, field): row[2]
        for row in ROWS
        if not row[0].startswith("`applicant.")
        for form in re.findall(r"`(.+?)`", row[0])
        for field in re.findall(r"`(.+?)`", row[1])
    }
    assert told.keys() == {(form, field) for form in FORMS for field in text_fields(shipped_form(form))}
    assert all(told.values())


@pytest.mark.checklist(61, 69)
def test_every_table_with_sealed_columns_is_named() -> None:
    sealed = {table.name for table in metadata.sorted_tables if sealed_columns(table)}
    assert sealed == {"case_people", "answers", "attachments", "drafts", "idempotency", "follow_ups", "ledger_rows"}
    assert all(f"`{name}`" in INVENTORY for name in sealed)
