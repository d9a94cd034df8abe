"""The same questions to every kind of source."""

from datetime import UTC, timedelta
from pathlib import Path
from typing import Any

import pytest

from publisher.collect import KINDS, Memory, identity
from publisher.errors import PublisherError
from publisher.fetch import Door
from tests.collect.folder import Folder
from tests.collect.newsroom import LINK, MONDAY, NOW, FeedSite, WordPress, run
from tests.collect.pagesite import PageSite
from tests.collect.web import BOMB, REDIRECT, Answer, Web

WebSite = WordPress | FeedSite | PageSite
Site = WebSite | Folder
WEB_SHAPES: dict[str, Any] = {"wordpress": WordPress, "feed": FeedSite, "page": PageSite}
SHAPES: dict[str, Any] = {**WEB_SHAPES, "markdown": Folder}
HOSTILE = (
    "<p onclick=\"steal()\">Clean <a href='javascript:steal()'>words</a></p><script>steal()</script>"
    "<iframe src='javascript:steal()'></iframe><img src=x onerror=steal()><style>p{}</style><form><input></form>"
)


@pytest.fixture(params=KINDS)
def site(request: pytest.FixtureRequest, web: Web, tmp_path: Path) -> Site:
    made: Site = SHAPES[request.param](tmp_path if request.param == "markdown" else web)
    if isinstance(made, WordPress):
        made.longest_page = 3
    return made


@pytest.fixture(params=WEB_SHAPES)
def web_site(request: pytest.FixtureRequest, web: Web) -> WebSite:
    made: WebSite = WEB_SHAPES[request.param](web)
    return made


def test_every_kind_is_asked() -> None:
    assert SHAPES.keys() == KINDS.keys()


def test_everything_published_comes_in_once(site: Site, door: Door) -> None:
    for number in range(8):
        site.publish(f"report-{number}", published=MONDAY + timedelta(hours=number))

    assert sorted(run(site.source, door).titles()) == [f"report-{number}" for number in range(8)]


def test_an_empty_site_gives_an_empty_batch(site: Site, door: Door) -> None:
    collected = run(site.source, door)

    assert (collected.articles, collected.skipped, collected.batches) == ([], [], 1)


def test_an_unchanged_source_gives_nothing_new_and_says_so(site: Site, door: Door) -> None:
    site.publish("port-audit")
    before = run(site.source, door)

    again = run(site.source, door, before.memory, now=NOW + timedelta(hours=1))

    assert (again.articles, again.batches >= 1) == ([], True)


def test_a_second_run_gives_only_what_changed(site: Site, door: Door) -> None:
    for slug in ("port-audit", "river-mouth", "old-pier"):
        site.publish(slug)
    before = run(site.source, door)

    site.edit("river-mouth", title="River mouth, corrected", modified=NOW)
    site.publish("new-quay", published=NOW)
    again = run(site.source, door, before.memory, now=NOW + timedelta(hours=1))

    assert sorted(again.titles()) == ["River mouth, corrected", "new-quay"]


@pytest.mark.parametrize("batches", [1, 2, 3, 4])
def test_interrupted_after_any_batch_the_next_run_loses_nothing(site: Site, door: Door, batches: int) -> None:
    for number in range(9):
        site.publish(f"report-{number}", published=MONDAY + timedelta(days=number))

    first = run(site.source, door, stop_after=batches)
    second = run(site.source, door, first.memory, now=NOW + timedelta(hours=1))

    assert {*first.titles(), *second.titles()} == {f"report-{number}" for number in range(9)}


def test_interrupted_while_catching_up_the_next_run_loses_nothing(site: Site, door: Door) -> None:
    site.publish("old-pier")
    memory = run(site.source, door).memory
    for number in range(7):
        site.publish(f"report-{number}", published=NOW + timedelta(days=number))

    first = run(site.source, door, memory, now=NOW + timedelta(days=8), stop_after=1)
    second = run(site.source, door, first.memory, now=NOW + timedelta(days=9))

    assert {*first.titles(), *second.titles()} >= {f"report-{number}" for number in range(7)}


def test_every_article_has_what_an_article_must_have(site: Site, door: Door) -> None:
    site.publish("port-audit", title="Port &amp; <em>audit</em>")
    site.publish("no-title", title="")

    for article in run(site.source, door).articles:
        assert article.url == identity.canonical_url(article.url)
        assert article.language == "en"
        assert article.title.strip()
        assert article.source == site.source.name
        assert article.published.tzinfo is article.modified.tzinfo is UTC
        assert article.published <= article.modified


def test_hostile_html_comes_out_safe(site: Site, door: Door) -> None:
    site.publish("port-audit", title="<b>Port</b><script>steal()</script>", body=HOSTILE)

    article = run(site.source, door).only()

    assert article.title == "Port"
    assert "Clean" in article.body
    assert not [trap for trap in ("steal", "script", "onclick", "style", "form", "iframe") if trap in article.body]


def test_a_tag_that_a_title_speaks_of_is_kept(site: Site, door: Door) -> None:
    site.publish("port-audit", title="What &lt;b&gt; does &amp; why")

    assert run(site.source, door).titles() == ["What <b> does & why"]


def test_what_cannot_be_an_article_is_skipped_with_a_reason(site: Site, door: Door) -> None:
    site.publish("port-audit")
    site.publish_nonsense()

    collected = run(site.source, door)

    assert collected.titles() == ["port-audit"]
    assert [(skipped.source, bool(skipped.what), bool(skipped.reason)) for skipped in collected.skipped] == [
        (site.source.name, True, True)
    ]


@pytest.mark.parametrize("change", [{"language": "es"}, {"retracted_tag": "withdrawn"}])
def test_everything_is_read_again_when_the_config_says_something_else(
    site: Site, door: Door, change: dict[str, str]
) -> None:
    site.publish("port-audit")
    memory = run(site.source, door).memory

    assert run(site.source.model_copy(update=change), door, memory).titles() == ["port-audit"]


def test_the_memory_of_another_address_is_worth_nothing(site: Site, door: Door) -> None:
    site.publish("port-audit")
    memory = Memory({**run(site.source, door).memory.values, "url": LINK})

    assert run(site.source, door, memory).titles() == ["port-audit"]


NONSENSE = {
    "a page": (Answer(b"<!DOCTYPE html><html><body>Hello</body></html>"), True),
    "a page of plain words": (Answer(b"It works!"), True),
    "nothing": (Answer(b""), True),
    "a server error": (Answer(b"oops", 500), False),
    "too many requests": (Answer(b"slow", 429), False),
    "no leave": (Answer(b"<html>Blocked</html>", 403), True),
    "not found": (Answer(b"<html>Gone</html>", 404), True),
    "half an answer": (Answer(b'[{"id": 1, "tit', missing=500), False),
    "a warning of PHP": (Answer(b"<br />\n<b>Warning</b>: strpos() in <b>x.php</b><br />\n[{}]"), True),
    "a redirect to itself": (REDIRECT, True),
    "a gzip bomb": (Answer(BOMB, headers={"Content-Encoding": "gzip"}), True),
    "a broken gzip": (Answer(b"\x1f\x8b\x08junk", headers={"Content-Encoding": "gzip"}), True),
    "null": (Answer(b"null"), True),
    "deep JSON": (Answer(b"[" * 200_000), True),
}


@pytest.mark.parametrize("name", NONSENSE)
def test_nonsense_ends_in_one_sentence_with_a_remedy(web_site: WebSite, door: Door, name: str) -> None:
    answer, permanent = NONSENSE[name]
    web_site.web.answers(answer)

    with pytest.raises(PublisherError, match=r"^http://127\.0\.0\.1:\d+/\S* [^\n]+; [^\n]+[^.\n]$") as told:
        run(web_site.source, door)

    assert told.value.permanent is permanent
