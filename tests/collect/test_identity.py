import re
import string
from random import Random

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from publisher.collect.identity import canonical_url
from publisher.errors import UnreadableInput

PAGE = "https://estuary.example.org/news/port-audit/"
PIECES = st.text(string.ascii_letters + string.digits + "-._~", min_size=1, max_size=8)
HOSTS = st.builds("{}.example.org".format, st.text(string.ascii_lowercase, min_size=1, max_size=8))
PATHS = st.lists(PIECES.filter(lambda piece: piece not in (".", "..")), max_size=4).map(
    lambda parts: "/" + "/".join(parts)
)
PAIRS = st.lists(st.builds("{}={}".format, PIECES.map("x{}".format), PIECES.map("y{}".format)), max_size=4)
TRACKING = st.sampled_from(
    [
        "utm_source=rss",
        "UTM_Medium=mail",
        "utm%5Fcampaign=week",
        "fbclid=IwAR0",
        "gclid=1",
        "mc_cid=a",
        "at_medium=x",
        "ref=rss",
    ]
)


@st.composite
def urls(draw: st.DrawFn) -> str:
    query = "&".join(draw(PAIRS))
    return f"https://{draw(HOSTS)}{draw(PATHS)}{'?' if query else ''}{query}"


@given(urls())
@example("https://estuary.example.org/a%2Fb/%7Eana/é?q=a+b&c=%C3%A9")
@example("https://[2001:db8::1]:8443/a//b/../c/.")
def test_an_identity_is_its_own_identity(url: str) -> None:
    assert canonical_url(canonical_url(url)) == canonical_url(url)


@given(st.text(max_size=60))
@example("http://[")
@example("http://a:99999/")
@example("https://\ud800/")
@example("https://example.org/\ud800")
@example("https://xn--/")
@example("https://[::1%25eth0]/")
def test_any_text_has_an_identity_or_is_refused(text: str) -> None:
    for url in (text, f"https://{text}/", f"https://example.org/{text}"):
        try:
            identity = canonical_url(url)
        except UnreadableInput:
            continue
        assert canonical_url(identity) == identity
        assert re.fullmatch(r"https?://[!-~]+", identity)
        assert "#" not in identity


@given(urls(), st.lists(TRACKING, max_size=3))
def test_what_only_counts_clicks_is_no_part_of_it(url: str, tracking: list[str]) -> None:
    more = "&".join(tracking)

    assert canonical_url(f"{url}{'&' if '?' in url else '?'}{more}#comments") == canonical_url(url)


@given(urls(), st.randoms(use_true_random=False))
def test_the_order_of_the_query_does_not_matter(url: str, random: Random) -> None:
    place, _, query = url.partition("?")
    pairs = query.split("&")
    random.shuffle(pairs)

    assert canonical_url(f"{place}?{'&'.join(pairs)}") == canonical_url(url)


@given(urls(), st.data())
def test_an_encoded_letter_is_that_letter(url: str, data: st.DataObject) -> None:
    start = url.index("/", 8)
    places = [index for index in range(start, len(url)) if url[index].isalnum()]
    index = data.draw(st.sampled_from([*places, start]))
    hexadecimal = f"%{ord(url[index]):02x}" if index != start else "/"

    assert canonical_url(url[:index] + hexadecimal + url[index + 1 :]) == canonical_url(url)


@pytest.mark.parametrize(
    ("written", "identity"),
    [
        ("HTTPS://Estuary.Example.ORG/news/port-audit/", PAGE),
        ("https://estuary.example.org:443/news/port-audit/", PAGE),
        ("https://estuary.example.org./news/port-audit/", PAGE),
        ("https://ana:secret@estuary.example.org/news/port-audit/", PAGE),
        (" https://estuary.example.org/news/\n\tport-audit/ ", PAGE),
        ("https://estuary.example.org/news/./old/../port-audit/", PAGE),
        ("https://estuary.example.org/../news/port-audit/?#top", PAGE),
        ("https://estuary.example.org", "https://estuary.example.org/"),
        ("http://estuary.example.org:80/a", "http://estuary.example.org/a"),
        ("https://estuary.example.org:8443/a", "https://estuary.example.org:8443/a"),
        ("https://estuary.example.org/?p=7&utm_source=rss", "https://estuary.example.org/?p=7"),
        ("https://estuary.example.org/a%2fb%e9", "https://estuary.example.org/a%2Fb%E9"),
        ("https://estuary.example.org/café noir", "https://estuary.example.org/caf%C3%A9%20noir"),
        ("https://estuary.example.org/100%", "https://estuary.example.org/100%25"),
        ("https://Bücher.example.org/", "https://xn--bcher-kva.example.org/"),
        ("https://例え.example.org/", "https://xn--r8jz45g.example.org/"),
        ("https://[2001:DB8::1]/a", "https://[2001:db8::1]/a"),
        ("https://estuary.example.org/a//b", "https://estuary.example.org/a//b"),
    ],
)
def test_two_ways_to_write_an_address_are_one_identity(written: str, identity: str) -> None:
    assert canonical_url(written) == identity


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (PAGE, PAGE.rstrip("/")),
        (PAGE, PAGE.replace("https", "http")),
        (PAGE, PAGE.replace("port", "Port")),
        (f"{PAGE}?page=2", PAGE),
        (f"{PAGE}?source=archive", PAGE),
        (f"{PAGE}?title=RSS", PAGE),
        ("https://estuary.example.org/a%2Fb", "https://estuary.example.org/a/b"),
    ],
)
def test_what_may_be_two_pages_stays_two(one: str, other: str) -> None:
    assert canonical_url(one) != canonical_url(other)


@pytest.mark.parametrize(
    "text",
    ["", "news/port-audit", "mailto:ana@example.org", "javascript:alert(1)", "https://", "https://a b/", "http://a:x/"],
)
def test_what_is_no_web_address_is_refused_in_a_sentence(text: str) -> None:
    with pytest.raises(UnreadableInput, match=r"is no web address.*; look at where it is published$"):
        canonical_url(text)


def test_an_address_longer_than_any_meant_for_people_is_refused() -> None:
    with pytest.raises(UnreadableInput, match="more than 2000 characters"):
        canonical_url("https://estuary.example.org/" + "a" * 2000)
