"""A config is begun from a site: it loads, every guess in it is marked, and no file is written over."""

import re
import tomllib
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from publisher.config import Settings, load
from publisher.config.settings import Fetch
from publisher.errors import FarEndError, UsageError
from publisher.tasks import beginning
from publisher.tasks.beginning import Begun
from publisher.tasks.drafting import toml
from tests.collect import web as loopback
from tests.collect.surveyed import RSS, feed, home, post, serves, wordpress
from tests.collect.web import Web

NOW = datetime(2026, 11, 20, 14, 0, tzinfo=UTC)
SHIPPED = (Path(__file__).parents[2] / "config.toml").read_text(encoding="utf-8")
ODD = 'The "Estuary" \\ Desk <b>&amp; Co</b>'


@pytest.fixture
def web() -> Iterator[Web]:
    with loopback.serve() as running:
        yield running


@pytest.fixture(autouse=True)
def _without_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(beginning, "FETCH", Fetch(tries=1, pause_seconds=0, timeout_seconds=10))


def begin(web: Web, path: Path, address: str = "") -> Begun:
    return beginning.begin(address or web.url, path, NOW, allow_private=True)


def written(web: Web, path: Path) -> tuple[str, Settings]:
    """Begin a config; give its text and what it says."""
    begun = begin(web, path)
    return begun.path.read_text(encoding="utf-8"), load(path, {})


def test_the_config_of_a_bilingual_wordpress_loads(web: Web, tmp_path: Path) -> None:
    posts = [post(1, 7, lang="es", translations={"en": 2}), post(2, 8, lang="en", translations={"es": 1})]
    wordpress(web, posts, {7: "Noticias", 8: "News"})

    _, settings = written(web, tmp_path / "config.toml")

    assert settings.publication.languages == ("en", "es")
    assert settings.sources[0].kind == "wordpress"
    assert settings.fetch.allow_hosts == ("127.0.0.1",)
    assert settings.newsletters[0].sections[0].categories == ("News", "Noticias")
    assert settings.newsletters[0].sections[-1].everything_else


def test_the_config_of_a_feed_site_loads(web: Web, tmp_path: Path) -> None:
    there = f'<link rel="alternate" hreflang="es" href="/es/"><link rel="alternate" {RSS} href="/feed">'
    serves(
        web,
        {
            "/": home(there),
            "/es/": home(f'<link rel="alternate" {RSS} href="/es/feed">', language="es"),
            "/feed": feed("port-audit", "old-pier"),
            "/es/feed": feed("puerto", language="es"),
        },
    )

    _, settings = written(web, tmp_path / "config.toml")

    assert [(one.name, one.language) for one in settings.sources] == [("feed", "en"), ("feed-es", "es")]


def test_the_config_of_a_site_with_nothing_loads(web: Web, tmp_path: Path) -> None:
    serves(web, {"/": home()})

    text, settings = written(web, tmp_path / "config.toml")

    assert [one.kind for one in settings.sources] == ["page"]
    assert [section.key for section in settings.newsletters[0].sections] == ["more"]
    assert '# nobody can guess this: write yours\ncontact = "127.0.0.1 <desk@example.org>"' in text


def test_a_language_we_have_no_words_in_has_english_ones(web: Web, tmp_path: Path) -> None:
    serves(web, {"/": home(language="ja")})

    _, settings = written(web, tmp_path / "config.toml")

    assert settings.publication.languages == ("ja",)
    assert settings.appeal.button == {"": "Support our reporting"}


def test_a_name_with_quotes_and_markup_is_written_as_it_is(web: Web, tmp_path: Path) -> None:
    wordpress(web, [post(1, 7)], {7: ODD}, index={"name": ODD})

    _, settings = written(web, tmp_path / "config.toml")

    assert settings.publication.name == 'The "Estuary" \\ Desk & Co'
    assert settings.newsletters[0].sections[0].categories == ('The "Estuary" \\ Desk & Co',)


def test_every_guess_is_marked_on_the_line_above_it(web: Web, tmp_path: Path) -> None:
    wordpress(web, [post(1, 7)], {7: "News"})

    begun = begin(web, tmp_path / "config.toml")
    lines = begun.path.read_text(encoding="utf-8").splitlines()

    marked = [
        f"{line[2:]}: {after.partition(' =')[0]}"
        for line, after in pairwise(lines)
        if line.startswith(("# guessed from ", "# nobody can guess this: "))
    ]
    assert marked == [f"{mark.words}: {mark.key.rpartition('.')[2]}" for mark in begun.marks]
    assert "guessed from what its REST API says of the site: check it: name" in marked
    assert "nobody can guess this: write yours: address" in marked


def test_what_cannot_be_a_license_of_ours_is_left_to_a_person(web: Web, tmp_path: Path) -> None:
    serves(web, {"/": home('<link rel="license" href="https://creativecommons.org/licenses/by-nd-nc/1.0/">')})

    text, settings = written(web, tmp_path / "config.toml")

    assert settings.license.url == "https://creativecommons.org/licenses/by-nc/4.0/"
    assert "# nobody can guess this: write yours\nurl = " in text


def test_a_license_for_any_purpose_asks_for_no_other(web: Web, tmp_path: Path) -> None:
    serves(web, {"/": home('<link rel="license" href="https://creativecommons.org/licenses/by/4.0/">')})

    assert "non-commercial" not in written(web, tmp_path / "config.toml")[1].license.conditions


def test_keys_are_explained_in_the_words_of_the_shipped_config(web: Web, tmp_path: Path) -> None:
    wordpress(web, [post(1, 7)], {7: "News"})

    text, _ = written(web, tmp_path / "config.toml")

    own = ("# guessed from", "# nobody can guess", "# The newsroom, as", "# What stands under", "# The site also has")
    explained = [line for line in text.splitlines() if re.match(r"# \S", line) and not line.startswith(own)]
    sentences = [line for line in explained if " = " not in line]
    assert len(sentences) > 50
    assert [line for line in sentences if line not in SHIPPED] == []


def test_every_key_of_the_shipped_config_is_in_it(web: Web, tmp_path: Path) -> None:
    serves(web, {"/": home()})

    text, _ = written(web, tmp_path / "config.toml")

    for table, keys in tomllib.loads(SHIPPED).items():
        for key in keys if isinstance(keys, dict) else keys[0]:
            assert re.search(rf"^(?:# )?{key} = |^\[+{table}\.{key}\]", text, re.MULTILINE), f"{table}.{key}"


def test_a_file_that_is_there_is_left_as_it_is(web: Web, tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_text("mine", encoding="utf-8")

    with pytest.raises(UsageError, match=r"config\.toml is there already and is left as it is; .* --to"):
        begin(web, path)

    assert (path.read_text(encoding="utf-8"), web.requests) == ("mine", [])


def test_a_file_that_came_meanwhile_is_left_as_it_is(web: Web, tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    serves(web, {"/": home()})
    answer = web.respond

    def _respond(request: loopback.Request) -> loopback.Answer:
        path.write_text("mine", encoding="utf-8")
        return answer(request)

    web.respond = _respond

    with pytest.raises(UsageError, match="is there already"):
        begin(web, path)

    assert [one.name for one in tmp_path.iterdir()] == ["config.toml"]
    assert path.read_text(encoding="utf-8") == "mine"


@pytest.mark.parametrize("address", ["", " ", "mailto:desk@example.org", "https://", "https://a b.example.org"])
def test_what_is_no_web_address_is_a_mistake(web: Web, tmp_path: Path, address: str) -> None:
    with pytest.raises(UsageError, match="is no web address"):
        beginning.begin(address, tmp_path / "config.toml", NOW)


def test_a_private_address_is_asked_only_when_that_is_allowed(web: Web, tmp_path: Path) -> None:
    with pytest.raises(FarEndError, match=r"is no public address, and was not asked; .* --allow-private") as raised:
        beginning.begin(web.url, tmp_path / "config.toml", NOW)

    assert raised.value.permanent
    assert web.requests == []
    assert list(tmp_path.iterdir()) == []


def test_a_site_that_is_down_leaves_no_file(web: Web, tmp_path: Path) -> None:
    with pytest.raises(FarEndError, match="nobody listens there") as raised:
        begin(web, tmp_path / "config.toml", "http://127.0.0.1:1")

    assert not raised.value.permanent
    assert list(tmp_path.iterdir()) == []


def test_no_address_of_anybody_is_told_to_the_site(web: Web, tmp_path: Path) -> None:
    serves(web, {"/": home()})
    begin(web, tmp_path / "config.toml")

    agents = {request.headers["user-agent"] for request in web.requests}

    assert len(agents) == 1
    assert re.fullmatch(r"publisher/[\d.]+", agents.pop())


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_any_text_is_written_so_that_toml_gives_it_back(text: str) -> None:
    xml = re.sub(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]", "", text)

    assert tomllib.loads(f"key = {toml(text)}") == {"key": xml}
