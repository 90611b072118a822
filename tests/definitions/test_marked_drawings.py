"""On the drawings: what is new and what is changed stands on the later one, what is gone on the former."""

from __future__ import annotations

from engine.definitions.difference.drawings import MarkedDrawing, marked_drawings
from engine.definitions.shipped import SHIPPED, read_folder

FAMILY = read_folder(SHIPPED)
LOOP = "five_step_loop.bpmn"


def harmed(old: str, new: str) -> dict[str, bytes]:
    text = FAMILY[LOOP].decode()
    assert old in text
    return {**FAMILY, LOOP: text.replace(old, new).encode()}


def test_a_changed_group_is_marked_where_it_stands() -> None:
    later = harmed('id="give_feedback" name="反馈"', 'id="give_feedback" name="告知"')
    (drawn,) = marked_drawings(FAMILY, later)
    assert drawn == MarkedDrawing("five_step_loop", drawn.name, LOOP, former=False, marks={"give_feedback": "changed"})


def test_another_id_is_a_new_element_and_one_that_is_gone() -> None:
    later = harmed('"give_feedback"', '"tell"')
    new, old = marked_drawings(FAMILY, later)
    assert (new.former, new.marks["tell"]) == (False, "new")
    assert (old.former, old.marks) == (True, {"give_feedback": "gone"})
    assert "give_feedback" not in new.marks


def test_a_number_in_a_table_marks_no_drawing_and_neither_does_nothing() -> None:
    limits = "decisions/time_limits.dmn"
    cell = '<outputEntry id="time_limits_row_3_limit_days"><text>{}</text>'
    text = FAMILY[limits].decode().replace(cell.format(5), cell.format(3)).encode()
    assert text != FAMILY[limits]
    assert marked_drawings(FAMILY, {**FAMILY, limits: text}) == []
    assert marked_drawings(FAMILY, FAMILY) == []
