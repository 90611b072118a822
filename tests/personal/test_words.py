"""Free text for those who may not know who it is about."""

from __future__ import annotations

import pytest

from engine.personal.words import Person


@pytest.mark.checklist(62)
@pytest.mark.parametrize(
    ("person", "written", "shown"),
    [
        (Person("person", "戴建国", "13812341234"), "戴建国说打 138 1234 1234", "戴某说打 138****1234"),
        (Person("person", "戴建国先生"), "戴建国来过两次", "戴某来过两次"),
        (Person("person", "欧阳建国"), "欧阳建国先生", "欧阳某先生"),
        (Person("person", "戴先生"), "戴先生来过", "戴先生来过"),
        (Person("person", "戴"), "戴帽子的人", "戴帽子的人"),
        (Person("person", "李四", "0771-5551234"), "座机 0771 5551234", "座机 077****1234"),
        (Person("company", "某某陶瓷有限公司"), "某某陶瓷有限公司用地", "某某陶瓷有限公司用地"),
        (Person("anonymous"), "匿名反映，电话 13912345678", "匿名反映，电话 139****5678"),
        (Person("person", "戴建国"), "王五也来过", "王五也来过"),
    ],
)
def test_the_person_and_every_number_is_masked(person: Person, written: str, shown: str) -> None:
    assert person.masked(written) == shown


def test_every_text_within_a_value_is_masked() -> None:
    person = Person("person", "戴建国")
    values = {"a": ["戴建国", {"b": "13812341234"}], "n": 3, "none": None, "yes": True}
    assert person.masked_in(values) == {"a": ["戴某", {"b": "138****1234"}], "n": 3, "none": None, "yes": True}
