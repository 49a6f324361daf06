"""No small number can be read, nor calculated from what is shown."""

from hypothesis import given
from hypothesis import strategies as st

from cases.disclosure import SMALLEST_SHOWN, disclosed, disclosed_parts
from cases.templatetags.disclosure import shown


def test_one_number() -> None:
    assert [disclosed(number) for number in (0, 1, 4, 5, 1234)] == [0, None, None, 5, 1234]
    assert [shown(number) for number in (0, None, 1234)] == ["0", "< 5", "1,234"]


@given(st.dictionaries(st.integers(), st.integers(min_value=0, max_value=20), max_size=8))
def test_parts_of_a_whole(parts: dict[int, int]) -> None:
    found = disclosed_parts(parts)
    hidden = {key: parts[key] for key, number in found.items() if number is None}
    visible = {key: number for key, number in found.items() if number is not None}
    assert {**visible, **hidden} == parts
    assert all(number == 0 or number >= SMALLEST_SHOWN for number in visible.values())
    if hidden and any(visible.values()):
        assert len(hidden) >= 2
        assert sum(hidden.values()) >= SMALLEST_SHOWN


@given(st.dictionaries(st.integers(), st.integers(min_value=SMALLEST_SHOWN, max_value=99)))
def test_large_parts_are_all_shown(parts: dict[int, int]) -> None:
    assert disclosed_parts(parts) == parts
