"""No text, however made, keeps a processor longer than in proportion to its length."""

from collections.abc import Callable

import pytest

from tests.collect import worst


@pytest.mark.parametrize("name", worst.RULES)
def test_work_is_in_proportion_to_the_length_of_any_text(name: str, told_of: Callable[[str], list[object]]) -> None:
    assert told_of(name) == [0, ""]
