"""Links to the newsroom tell which mail, which place and which language they stood in; never who read it."""

from urllib.parse import parse_qsl, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from publisher.compose.campaign import Campaign
from publisher.config import Settings
from publisher.model import Block, Edits, Place
from tests.compose import page, samples
from tests.compose.samples import article, composed

CAMPAIGN = Campaign(frozenset({"estuary.example.org"}), "the-organization", "2026-W47-en")
SAID = "utm_source=the-organization&utm_medium=email&utm_campaign=2026-W47-en&utm_content=lead"


@pytest.mark.parametrize(
    ("url", "tagged"),
    [
        ("https://estuary.example.org/a/", f"https://estuary.example.org/a/?{SAID}"),
        ("https://www.estuary.example.org/a", f"https://www.estuary.example.org/a?{SAID}"),
        ("https://Estuary.Example.org/a", f"https://Estuary.Example.org/a?{SAID}"),
        ("https://estuary.example.org/a?q=1&r=%20#top", f"https://estuary.example.org/a?q=1&r=%20&{SAID}#top"),
        ("https://estuary.example.org/a?", f"https://estuary.example.org/a?{SAID}"),
        ("https://estuary.example.org/#top", f"https://estuary.example.org/?{SAID}#top"),
        ("https://other.example.org/a", "https://other.example.org/a"),
        ("https://news.estuary.example.org/issues/1", "https://news.estuary.example.org/issues/1"),
        ("mailto:desk@estuary.example.org", "mailto:desk@estuary.example.org"),
        ("https://[::1/", "https://[::1/"),
        ("", ""),
    ],
)
def test_an_address_of_the_newsroom_is_tagged_and_no_other(url: str, tagged: str) -> None:
    assert CAMPAIGN.on_site(url, "lead") == tagged


def test_a_parameter_that_an_address_has_already_stays_and_is_not_doubled() -> None:
    url = "https://estuary.example.org/a?utm_source=poster&utm_content=wall"

    tagged = CAMPAIGN.on_site(url, "lead")

    assert tagged == f"{url}&utm_medium=email&utm_campaign=2026-W47-en"
    assert CAMPAIGN.on_site(tagged, "note") == tagged


_words = st.text(st.characters(codec="ascii", exclude_characters=' "<>[]\\^`{|}#?&=%', min_codepoint=33), max_size=8)
_queries = st.lists(st.tuples(_words, _words), max_size=3).map(lambda pairs: "&".join(f"{a}={b}" for a, b in pairs))


@given(_words, _queries, _words)
def test_path_query_and_fragment_stay_as_they_are(path: str, query: str, fragment: str) -> None:
    url = f"https://estuary.example.org/{path}{'?' * bool(query)}{query}{'#' * bool(fragment)}{fragment}"

    tagged = urlsplit(CAMPAIGN.on_site(url, "lead"))

    assert (tagged.path, tagged.fragment) == (urlsplit(url).path, urlsplit(url).fragment)
    assert tagged.query.startswith(query)
    assert dict(parse_qsl(tagged.query))["utm_content"] == "lead"


def test_every_place_of_a_mail_has_its_name() -> None:
    edits = Edits(
        note="[A](/a/) and [elsewhere](https://other.example.org/)",
        blocks=(Block("news", "[B](https://www.estuary.example.org/b/?x=1&y=2)"),),
    )

    variant = composed(samples.week(), edits=edits).variant

    told = [dict(parse_qsl(urlsplit(url).query)) for url in page.links(variant.html)]
    places = [query["utm_content"] for query in told if "utm_content" in query]
    assert places == [
        *("masthead", "note", "lead", "lead", "lead", "appeal-1", "investigations-1", "investigations-1"),
        *("analysis-1", "block", "news-1", "news-1", "news-2", "news-3", "more-1", "appeal-2"),
    ]
    assert {query["utm_campaign"] for query in told if "utm_campaign" in query} == {"2026-W47-en"}
    assert "https://www.estuary.example.org/b/?x=1&y=2&utm_source=the-organization" in variant.text


def test_only_the_newsrooms_own_pages_and_the_donation_page_are_told() -> None:
    variant = composed(samples.week(), settings=_giving_elsewhere()).variant

    tagged = {urlsplit(url).netloc for url in page.links(variant.html) if "utm_" in url}
    untagged = {urlsplit(url).netloc for url in page.links(variant.html) if "utm_" not in url}
    assert tagged == {"estuary.example.org", "give.example.org"}
    assert untagged - {""} == {"news.estuary.example.org", "creativecommons.org"}
    assert not [url for url in page.links(variant.html) if "utm_" in url and Place.ADDRESS in url]


def test_the_web_copy_has_plain_links() -> None:
    assert "utm_" not in composed(samples.week(), edits=Edits(note="[A](/a/)")).variant.web


def test_each_language_is_told_apart() -> None:
    variant = composed([article(language="es")], "es").variant

    assert "utm_campaign=2026-W47-es" in variant.text


def _giving_elsewhere() -> Settings:
    given = samples.settings()
    appeal = given.appeal.model_copy(update={"url": {"": "https://give.example.org/estuary"}})
    return given.model_copy(update={"appeal": appeal})
