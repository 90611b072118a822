"""Tests of numbers in the words of an office; 以上 holds the number itself, as the Civil Code has it."""

from __future__ import annotations

import pytest

from engine.bpmn.cells import read_cell
from engine.bpmn.editing.words import said, written


@pytest.mark.parametrize(
    ("test", "words"),
    [
        ("-", "不限"),
        ("", "不限"),
        ("1", "1"),
        (">= 2", "2 以上"),
        ("<=2", "2 以下"),
        ("> 2", "大于 2"),
        ("< 2", "小于 2"),
        ("!= 2", "不是 2"),
        ("[1..3]", "1 到 3"),
        ("1,2", "1 或 2"),
        ("(1..3]", "(1..3]"),
        ("not(1,2)", "not(1,2)"),
    ],
)
def test_a_test_is_said_and_read_back_to_the_same(test: str, words: str) -> None:
    assert said(test) == words
    assert [read_cell(written(words))(value) for value in range(5)] == [read_cell(test)(value) for value in range(5)]


@pytest.mark.parametrize(
    ("typed", "taken"),
    [
        ("2以上", {2, 3, 4}),
        ("２ 及以上", {2, 3, 4}),
        ("不小于 2", {2, 3, 4}),
        ("超过2", {3, 4}),
        ("不满 2", {0, 1}),
        ("1至3", {1, 2, 3}),
        ("1～3", {1, 2, 3}),
        ("1 或者 3 以上", {1, 3, 4}),
        ("  ", {0, 1, 2, 3, 4}),
    ],
)
def test_people_say_it_in_many_ways(typed: str, taken: set[int]) -> None:
    assert {value for value in range(5) if read_cell(written(typed))(value)} == taken
