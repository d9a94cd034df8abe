import gzip

import brotli  # type: ignore[import-untyped]  # the package brings no types
import pytest
from hypothesis import given
from hypothesis import strategies as st

from publisher.web.negotiation import Coding, choose, encode

weights = st.sampled_from(["0", "0.0", "0.001", "0.25", "0.5", "1", "1.000"])
fields = st.dictionaries(st.sampled_from(["br", "gzip", "identity", "*", "deflate", "zstd"]), weights)


def written(field: dict[str, str]) -> str:
    return ", ".join(f"{name};q={weight}" for name, weight in field.items())


@pytest.mark.parametrize(
    ("accept_encoding", "coding"),
    [
        (None, Coding.IDENTITY),
        ("", Coding.IDENTITY),
        ("gzip", Coding.GZIP),
        ("gzip, deflate, br", Coding.BROTLI),
        ("gzip;q=1.0, br;q=0.8", Coding.GZIP),
        ("br;q=0, gzip;q=0.001", Coding.GZIP),
        ("identity, gzip;q=0.5", Coding.IDENTITY),
        ("*", Coding.BROTLI),
        ("br;q=0, *", Coding.GZIP),
        ("*;q=0", Coding.IDENTITY),
        ("X-GZIP", Coding.GZIP),
        ("compress, deflate", Coding.IDENTITY),
        ("gzip ; q=0.4 ,br\t;\tq=0.3", Coding.GZIP),
        ("br;q=2, gzip;q=high", Coding.IDENTITY),
    ],
)
def test_the_coding_the_reader_weighs_highest_is_chosen(accept_encoding: str | None, coding: Coding) -> None:
    assert choose(accept_encoding) is coding


@given(st.text())
def test_any_field_gives_a_coding(accept_encoding: str) -> None:
    assert choose(accept_encoding) in Coding


@given(fields)
def test_a_body_is_only_encoded_for_a_reader_who_accepts_that(field: dict[str, str]) -> None:
    chosen = choose(written(field))

    assert chosen is Coding.IDENTITY or float(field.get(chosen, field.get("*", "0"))) > 0


@given(fields)
def test_nothing_that_is_named_outweighs_the_coding_chosen(field: dict[str, str]) -> None:
    chosen = choose(written(field))

    named = {name: float(weight) for name, weight in field.items() if name in set(Coding)}
    if chosen in named:
        assert named[chosen] == max(named.values())


@given(st.dictionaries(st.sampled_from(["br", "gzip", "identity"]), weights, min_size=1))
def test_the_order_of_the_field_does_not_matter(field: dict[str, str]) -> None:
    assert choose(written(field)) is choose(written(dict(reversed(field.items()))))


@given(st.binary())
def test_every_coding_can_be_read_back_and_is_made_the_same_twice(body: bytes) -> None:
    assert gzip.decompress(encode(body, Coding.GZIP)) == body
    assert brotli.decompress(encode(body, Coding.BROTLI)) == body
    assert encode(body, Coding.IDENTITY) == body
    assert all(encode(body, coding) == encode(body, coding) for coding in Coding)
