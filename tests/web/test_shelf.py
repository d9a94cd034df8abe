import pytest

from publisher.web.negotiation import Coding
from publisher.web.shelf import SMALL_BYTES, Shelf

LONG = b"<p>The port authority kept two ledgers.</p>" * 100


class Origin:
    def __init__(self, body: bytes = LONG) -> None:
        self.body = body
        self.reads = 0

    def read(self) -> bytes:
        self.reads += 1
        return self.body


def test_what_is_unchanged_is_read_once() -> None:
    shelf, origin = Shelf(), Origin()

    first = shelf.get("a", 1, Coding.GZIP, origin.read)

    assert shelf.get("a", 1, Coding.GZIP, origin.read) is first
    assert shelf.find("a", 1, Coding.GZIP) is first
    assert origin.reads == 1


def test_another_stamp_is_another_content() -> None:
    shelf, origin = Shelf(), Origin()
    before = shelf.get("a", 1, Coding.GZIP, origin.read)
    origin.body += b"more"

    assert shelf.find("a", 2, Coding.GZIP) is None
    assert shelf.get("a", 2, Coding.GZIP, origin.read).etag != before.etag


def test_each_coding_has_its_own_tag_and_the_same_bytes_the_same() -> None:
    made = [Shelf().get("a", 1, coding, Origin().read).etag for coding in Coding]
    again = [Shelf().get("b", 2, coding, Origin().read).etag for coding in Coding]

    assert len(set(made)) == len(Coding)
    assert made == again


@pytest.mark.parametrize("size", [0, 1, SMALL_BYTES - 1])
def test_a_small_body_is_sent_as_it_is(size: int) -> None:
    encoded = Shelf().get("a", 1, Coding.BROTLI, Origin(b"x" * size).read)

    assert (encoded.coding, encoded.body) == (Coding.IDENTITY, b"x" * size)


def test_memory_is_bounded_and_the_oldest_goes_first() -> None:
    shelf, origin = Shelf(limit_bytes=2 * len(LONG)), Origin()

    for key in ("a", "b", "c"):
        shelf.get(key, 1, Coding.IDENTITY, origin.read)

    assert [bool(shelf.find(key, 1, Coding.IDENTITY)) for key in ("a", "b", "c")] == [False, True, True]


def test_a_new_version_takes_the_room_of_the_old() -> None:
    shelf, origin = Shelf(limit_bytes=2 * len(LONG)), Origin()
    shelf.get("a", 0, Coding.IDENTITY, origin.read)

    for stamp in range(1, 5):
        shelf.get("b", stamp, Coding.IDENTITY, origin.read)

    assert shelf.find("a", 0, Coding.IDENTITY)


def test_what_is_larger_than_the_room_is_served_and_not_kept() -> None:
    shelf, origin = Shelf(limit_bytes=10), Origin()

    assert shelf.get("a", 1, Coding.IDENTITY, origin.read).body == LONG
    assert shelf.find("a", 1, Coding.IDENTITY) is None
