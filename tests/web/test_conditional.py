from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from publisher.web.conditional import is_unchanged

ETAG = '"5f2a"'
MODIFIED = datetime(2026, 11, 20, 14, 0, 0, 250_000, tzinfo=UTC)
SAME = "Fri, 20 Nov 2026 14:00:00 GMT"
EARLIER = "Fri, 20 Nov 2026 13:59:59 GMT"

tags = st.text(st.characters(min_codepoint=0x21, max_codepoint=0xFF, exclude_characters='"\x7f')).map('"{}"'.format)
lists = st.lists(st.tuples(st.sampled_from(["", "W/"]), tags))


def unchanged(none_match: str | None = None, since: str | None = None) -> bool:
    return is_unchanged(none_match, since, etag=ETAG, modified=MODIFIED)


@pytest.mark.parametrize("field", [ETAG, f"W/{ETAG}", "*", " * ", f'"x", W/"y,z" ,{ETAG}', f'"",{ETAG}'])
def test_a_reader_who_has_the_tag_has_the_content(field: str) -> None:
    assert unchanged(field)


@pytest.mark.parametrize("field", ["", '"other"', "5f2a", '"5F2A"', '"5f2a', f'{ETAG[:-1]}-gzip"', '"*"'])
def test_any_other_tag_is_another_content(field: str) -> None:
    assert not unchanged(field)


@given(lists)
def test_a_list_says_unchanged_exactly_when_the_tag_is_in_it(listed: list[tuple[str, str]]) -> None:
    field = ", ".join(weak + tag for weak, tag in listed)

    assert unchanged(field) == (ETAG in [tag for _, tag in listed])
    assert unchanged(", ".join([*filter(None, [field]), f"W/{ETAG}"]))


def test_a_given_tag_wins_over_a_date_either_way() -> None:
    assert not unchanged('"other"', SAME)
    assert unchanged(ETAG, EARLIER)


@pytest.mark.parametrize(
    ("since", "answer"),
    [
        (SAME, True),
        (EARLIER, False),
        ("Friday, 20-Nov-26 14:00:00 GMT", True),
        ("Fri Nov 20 14:00:00 2026", True),
        ("Fri Nov 20 13:00:00 2026", False),
        ("2026-11-20", False),
        ("yesterday", False),
        ("", False),
        (None, False),
    ],
)
def test_a_date_is_read_in_each_of_its_three_forms_and_otherwise_ignored(since: str | None, answer: bool) -> None:
    assert unchanged(None, since) is answer


@given(st.datetimes(datetime(1971, 1, 1), datetime(9000, 1, 1), timezones=st.just(UTC)), st.integers(-9, 9))  # noqa: DTZ001 - hypothesis takes its bounds without a zone
def test_a_date_answers_by_whole_seconds(modified: datetime, seconds: int) -> None:
    asked = format_datetime(modified.replace(microsecond=0) + timedelta(seconds=seconds), usegmt=True)

    assert is_unchanged(None, asked, etag=ETAG, modified=modified) == (seconds >= 0)


@given(st.text(), st.text())
def test_no_field_is_an_error(none_match: str, since: str) -> None:
    assert unchanged(none_match) in (True, False)
    assert unchanged(None, since) in (True, False)


def test_what_has_no_date_is_never_unchanged_by_date() -> None:
    assert not is_unchanged(None, SAME, etag=ETAG, modified=None)
