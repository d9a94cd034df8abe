import base64
import quopri
import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from publisher.deliver import body

MARK, OTHER = "xPLACExONEx", "xPLACExTWOx"
SAMPLE = {MARK: "https://example.org/leave/" + "x" * 60, OTHER: "reader@example.org"}
texts = st.lists(
    st.one_of(
        st.text(),
        st.text(alphabet="= .\t\n\ra-é字😀"),
        st.sampled_from([MARK, OTHER, "a" * 74, "a" * 75, "a" * 76, "=" * 80, " \n", ".\n", "\n.\n", "é" * 100]),
    )
).map("".join)
values = st.text(st.characters(exclude_categories=("Cc", "Cs")), max_size=200)


def decoded(part: body.Part, filled: bytes) -> str:
    octets = quopri.decodestring(filled) if part.encoding == "quoted-printable" else base64.b64decode(filled)
    return octets.decode()


def crlf(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n").replace("\n", "\r\n")


@given(texts, values, values)
@example(f"{MARK}{MARK}\n{MARK}", "a" * 76, "")
@example(f"{'字' * 100}{MARK}{OTHER}", "é", "字")
def test_a_filled_part_decodes_to_the_text_with_its_places_filled(text: str, first: str, second: str) -> None:
    part = body.part(text, SAMPLE)

    filled = b"".join(part.fill({MARK: first, OTHER: second}))

    meant = crlf(text).encode("utf-8", "replace").decode()
    pieces = [first if piece == MARK else piece for piece in _cut(meant, MARK)]
    assert decoded(part, filled) == "".join(
        second if piece == OTHER and not first_place else piece
        for whole, first_place in zip(pieces, [piece == MARK for piece in _cut(meant, MARK)], strict=True)
        for piece in ([whole] if first_place else _cut(whole, OTHER))
    )


def _cut(text: str, mark: str) -> list[str]:
    head, *rest = text.split(mark)
    return [head, *(piece for after in rest for piece in (mark, after))]


@given(texts, values)
def test_lines_are_short_printable_and_end_in_crlf(text: str, value: str) -> None:
    filled = b"".join(body.part(text, SAMPLE).fill({MARK: value, OTHER: value}))

    for line in filled.split(b"\r\n"):
        assert len(line) <= 76
        assert not line.startswith(b".")
        assert all(octet == 9 or 32 <= octet < 127 for octet in line)
        assert not line.endswith((b" ", b"\t"))


@given(texts)
def test_no_line_can_be_taken_for_a_boundary(text: str) -> None:
    filled = b"".join(body.part(text, SAMPLE).fill(SAMPLE))

    assert b"=_" not in filled


def test_the_shorter_encoding_is_taken() -> None:
    assert body.part("Puerto de Cartagena, según el registro\n" * 50, SAMPLE).encoding == "quoted-printable"
    assert body.part("港の監査が遅れている\n" * 50, SAMPLE).encoding == "base64"


@given(st.binary().filter(lambda octets: b"\r" not in octets and b"\n" not in octets))
def test_quoted_printable_round_trips(octets: bytes) -> None:
    assert quopri.decodestring(body.quoted_printable(octets)) == octets


@pytest.mark.parametrize("column", range(80))
def test_a_soft_break_never_cuts_an_escape(column: int) -> None:
    encoded = body.quoted_printable(b"a" * column + "é".encode() * 40)

    assert not re.search(rb"=(?![0-9A-F]{2}|\r\n)", encoded)
