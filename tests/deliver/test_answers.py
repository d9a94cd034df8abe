"""What a server sends is read the same in whatever pieces it comes, and what makes no sense ends at once."""

import tracemalloc
from collections.abc import Iterable
from itertools import repeat

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from publisher.deliver.smtp.answers import LONGEST_ANSWER, LONGEST_LINE, MOST_ANSWERS, Answer, Answers, NoAnswer

codes = st.integers(200, 599)
lines = st.binary(max_size=80).map(lambda octets: octets.replace(b"\r", b"").replace(b"\n", b""))
answers = st.builds(lambda code, said: Answer(code, b"\n".join(said)), codes, st.lists(lines, min_size=1, max_size=5))


def written(answer: Answer, end: bytes = b"\r\n") -> bytes:
    *first, last = answer.text.split(b"\n")
    return b"".join([*(b"%d-%b%b" % (answer.code, line, end) for line in first), b"%d %b%b" % (answer.code, last, end)])


def read(pieces: Iterable[bytes]) -> list[Answer]:
    found = Answers()
    for piece in pieces:
        found.feed(piece)
    return [found.take() for _ in range(len(found))]


@given(st.lists(answers, max_size=4), st.sampled_from([b"\r\n", b"\n"]), st.data())
def test_answers_are_the_same_whole_octet_by_octet_and_split_anywhere(
    meant: list[Answer], end: bytes, data: st.DataObject
) -> None:
    octets = b"".join(written(answer, end) for answer in meant)
    cuts = sorted(data.draw(st.lists(st.integers(0, len(octets)), max_size=8)))

    assert read([octets]) == meant
    assert read(bytes([octet]) for octet in octets) == meant
    assert read(octets[start:stop] for start, stop in zip([0, *cuts], [*cuts, len(octets)], strict=True)) == meant


@given(st.lists(st.one_of(st.binary(max_size=40), answers.map(written)), max_size=6).map(b"".join), st.data())
def test_whatever_comes_ends_alike_however_it_is_split(octets: bytes, data: st.DataObject) -> None:
    cut = data.draw(st.integers(0, len(octets)))

    assert outcome([octets]) == outcome([octets[:cut], octets[cut:]]) == outcome(bytes([one]) for one in octets)


def outcome(pieces: Iterable[bytes]) -> tuple[list[Answer], str | None]:
    """What was understood before it ended, and what ended it."""
    found, error = Answers(), None
    try:
        for piece in pieces:
            found.feed(piece)
    except NoAnswer as ended:
        error = str(ended)
    return [found.take() for _ in range(len(found))], error


@pytest.mark.parametrize(
    "octets",
    [
        b"hello\r\n",
        b"\r\n",
        b"25\r\n",
        b"150 go on\r\n",
        b"699 what\r\n",
        b"2500 ok\r\n",
        b"250ok\r\n",
        b" 250 ok\r\n",
        b"250 one\rtwo\r\n",
        b"250 one\r\r\n",
        b"\x00250 ok\r\n",
        "２５０ ok\r\n".encode(),
        b"250-first\r\nsecond\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\n",
        b"HTTP/1.1 400 Bad Request\r\n",
    ],
)
def test_what_is_no_answer_is_an_error_at_once(octets: bytes) -> None:
    assert outcome([octets])[1]


@pytest.mark.parametrize("end", [b"\r\n", b"\n"])
def test_a_line_may_end_in_a_bare_line_feed_and_have_no_text(end: bytes) -> None:
    assert read([b"250-" + end + b"250" + end]) == [Answer(250, b"\n")]


def test_nul_and_octets_that_are_no_text_stay_as_they_are() -> None:
    assert read([b"550 \x00 \xff\xfe ni\xc3\xb1o\r\n"]) == [Answer(550, b"\x00 \xff\xfe ni\xc3\xb1o")]


def test_of_a_code_that_changes_between_the_lines_the_last_one_counts() -> None:
    assert read([b"250-queued\r\n451 no, later\r\n"]) == [Answer(451, b"queued\nno, later")]


@pytest.mark.parametrize("piece", [b"2" * 1024, b"250-on and on\r\n" * 70, b"250 yes\r\n" * 110])
def test_megabytes_end_before_they_are_kept(piece: bytes) -> None:
    tracemalloc.start()

    _, ended = outcome(repeat(piece, 10_000))
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert ended
    assert most < 20 * LONGEST_ANSWER


@given(st.integers(0, 40))
@example(0)
def test_a_line_may_be_as_long_as_it_may(less: int) -> None:
    line = b"250 " + b"x" * (LONGEST_LINE - 5 - less)

    assert len(read([line + b"\r\n"])) == 1


def test_as_many_answers_as_anybody_could_ask_for_may_come_at_once() -> None:
    assert len(read([b"250 ok\r\n" * MOST_ANSWERS])) == MOST_ANSWERS


@pytest.mark.parametrize("octets", [b"2", b"250-first\r\n", b"250 ok\r\n"])
def test_a_part_of_an_answer_has_come_too(octets: bytes) -> None:
    found = Answers()
    assert found.is_empty

    found.feed(octets)

    assert not found.is_empty
