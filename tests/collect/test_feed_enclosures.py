"""Sounds, films and files that entries carry."""

import pytest

from publisher.fetch import Door
from publisher.model import Enclosure
from tests.collect.newsroom import AUDIT, LINK, FeedSite, read_item

SOUND = f'<enclosure url="{LINK}1.mp3" type="audio/mpeg" length="1234"/>'


def test_an_episode_is_kept_with_what_a_podcast_says_of_it(feed: FeedSite, door: Door) -> None:
    article = read_item(
        feed,
        door,
        f"{AUDIT}{SOUND}<itunes:duration>1:02:03</itunes:duration><itunes:season>2</itunes:season>"
        "<itunes:episode>7</itunes:episode><itunes:episodeType>Trailer</itunes:episodeType>"
        f'<itunes:explicit>no</itunes:explicit><itunes:image href="{LINK}1.jpg"/>'
        "<itunes:author>Ana Ríos</itunes:author>",
    )

    assert article.enclosures == (Enclosure(f"{LINK}1.mp3", "audio/mpeg", 1234, 3723, "", 2, 7, "trailer", False),)
    assert article.image
    assert (article.image.url, article.authors) == (f"{LINK}1.jpg", ("Ana Ríos",))


@pytest.mark.parametrize(
    ("written", "seconds"),
    [
        ("3723", 3723),
        ("62:03", 3723),
        ("01:02:03", 3723),
        ("0", None),
        ("", None),
        ("an hour", None),
        ("1:2:3:4", None),
    ],
)
def test_a_length_of_time_is_read(feed: FeedSite, door: Door, written: str, seconds: int | None) -> None:
    article = read_item(feed, door, f"{AUDIT}{SOUND}<itunes:duration>{written}</itunes:duration>")

    assert article.enclosures[0].seconds == seconds


@pytest.mark.parametrize(
    ("written", "explicit"),
    [("yes", True), ("True", True), ("explicit", True), ("No", False), ("clean", False), ("?", None)],
)
def test_what_is_explicit_is_said_in_several_ways(
    feed: FeedSite, door: Door, written: str, explicit: bool | None
) -> None:
    article = read_item(feed, door, f"{AUDIT}{SOUND}<itunes:explicit>{written}</itunes:explicit>")

    assert article.enclosures[0].explicit is explicit


def test_films_of_a_group_are_kept_once_each(feed: FeedSite, door: Door) -> None:
    film = f'<media:content url="{LINK}1.mp4" type="video/mp4" fileSize="99" duration="60.5"/>'
    other = f'<media:content url="{LINK}1.webm" medium="video"/>'
    picture = f'<media:content url="{LINK}1.jpg" medium="image"/>'
    enclosed = f'<enclosure url="{LINK}1.mp4"/>'
    article = read_item(feed, door, f"{AUDIT}{enclosed}<media:group>{film}{other}{picture}</media:group>")

    assert article.enclosures == (Enclosure(f"{LINK}1.mp4", "video/mp4", 99, 60), Enclosure(f"{LINK}1.webm"))
    assert article.image
    assert article.image.url == f"{LINK}1.jpg"


@pytest.mark.parametrize(
    "inner",
    [
        '<enclosure url="/pier.jpg" type="image/jpeg"/>',
        '<enclosure url="/pier.jpg"/>',
        '<enclosure url="/page"/>',
        '<enclosure url="javascript:x.mp3" type="audio/mpeg"/>',
        '<enclosure url="http://[x.mp3" type="audio/mpeg"/>',
        '<media:content url="/pier"/>',
        "<enclosure/>",
    ],
)
def test_pictures_pages_and_nonsense_are_no_files(feed: FeedSite, door: Door, inner: str) -> None:
    assert read_item(feed, door, AUDIT + inner).enclosures == ()


@pytest.mark.parametrize(("length", "read"), [("0", None), ("-1", None), ("big", None), ("12", 12), ("9" * 40, None)])
def test_a_length_is_a_number_of_bytes(feed: FeedSite, door: Door, length: str, read: int | None) -> None:
    article = read_item(feed, door, f'{AUDIT}<enclosure url="{LINK}1.mp3" type="audio/mpeg" length="{length}"/>')

    assert article.enclosures == (Enclosure(f"{LINK}1.mp3", "audio/mpeg", read),)


def test_a_service_that_counts_is_seen_through(feed: FeedSite, door: Door) -> None:
    counted = '<enclosure url="https://counts.example.org/1.mp3" type="audio/mpeg"/>'
    origin = f"<feedburner:origEnclosureLink>{LINK}1.mp3</feedburner:origEnclosureLink>"

    assert read_item(feed, door, AUDIT + counted + origin).enclosures[0].url == f"{LINK}1.mp3"
