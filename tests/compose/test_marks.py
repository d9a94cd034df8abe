"""The marks where a reader's own is filled in stand where our templates put them, whatever a source sends."""

from collections.abc import Callable
from html import unescape
from pathlib import Path
from urllib.parse import quote, unquote

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from publisher.compose import marks, prose
from publisher.config import Newsletter
from publisher.errors import ConfigError
from publisher.model import Edits, Image, Link, Place, StoredArticle, Variant
from tests.compose import page, samples
from tests.compose.samples import article, composed

DRESSES: dict[str, Callable[[str], str]] = {
    "as it is": lambda mark: mark,
    "lower case": str.lower,
    "upper case": str.upper,
    "percent": lambda mark: "".join(f"%{ord(letter):02x}" for letter in mark),
    "percent twice": lambda mark: quote("".join(f"%{ord(letter):02X}" for letter in mark)),
    "one letter percent": lambda mark: mark.replace("x", "%78", 1),
    "entities": lambda mark: "".join(f"&#{ord(letter)};" for letter in mark),
    "entities twice": lambda mark: "".join(f"&amp;#x{ord(letter):x};" for letter in mark),
    "entity of a percent": lambda mark: mark.replace("A", "&#37;41"),
    "full width": lambda mark: "".join(chr(ord(letter) + 0xFEE0) for letter in mark),
    "a mark in a mark": lambda mark: mark[:9] + mark + mark[9:],
    "cut by what is dropped": lambda mark: "\u202e".join("\0".join("\ufeff".join(mark[:4]) + mark[4:])),
    "cut by a line end": lambda mark: f"{mark[:7]}\r\n\t{mark[7:]}",
    "long s": lambda mark: mark.replace("S", "\N{LATIN SMALL LETTER LONG S}"),
}
HARMLESS: dict[str, Callable[[str], str]] = {
    "cut by a tag": lambda mark: f"{mark[:7]}<b></b>{mark[7:]}",
    "cut by letters": lambda mark: f"{mark[:7]}abc{mark[7:]}",
}
hostile = st.builds(
    lambda before, mark, dress, after: before + {**DRESSES, **HARMLESS}[dress](mark) + after,
    st.text(max_size=8),
    st.sampled_from(marks.MARKS),
    st.sampled_from(sorted({**DRESSES, **HARMLESS})),
    st.text(max_size=8),
)
FIELDS = (
    *("title", "summary", "kicker", "body", "author", "category", "url", "picture", "small picture"),
    *("alt", "caption", "credit", "license", "link"),
)


def _article(slug: str, said: dict[str, str]) -> StoredArticle:
    address = {name: f"{samples.SITE}/{slug}?who={said.get(name, '')}" for name in ("url", "picture", "license")}
    image = Image(
        address["picture"],
        alt=said.get("alt", "A boat"),
        caption=said.get("caption", ""),
        credit=said.get("credit", ""),
        license_url=address["license"],
        small_url=f"https://x.example/p.png?{said['small picture']}" if "small picture" in said else "",
    )
    return article(
        slug,
        url=address["url"],
        title=said.get("title", "Port audit"),
        summary=said.get("summary", ""),
        kicker=said.get("kicker", ""),
        body=f"<p>{said.get('body', 'A paragraph.')}</p>",
        authors=(said.get("author", "Ana"), said.get("author", "Bruno")),
        categories=(said.get("category", ""), "News"),
        image=image,
        see_also=(Link(said.get("link", ""), said.get("link", "")),),
    )


def _counts(variant: Variant, mark: str) -> list[int]:
    return [form.count(mark) for form in (variant.html, variant.text, variant.web, variant.subject, variant.preheader)]


@given(st.dictionaries(st.sampled_from(FIELDS), hostile, min_size=1))
@example({"picture": f"http://x/p.png?who={Place.ADDRESS}"})
@example({"title": "xPLACEx\u202eADDRESSx"})
@example({"license": "xPLACEx\x01LEAVExURLx"})
@settings(max_examples=2 * settings().max_examples)
def test_no_article_brings_a_mark_into_an_issue(said: dict[str, str]) -> None:
    variant = composed([_article("lead", said), _article("second", said), _article("third", {})]).variant

    for mark in marks.MARKS:
        assert _counts(variant, mark) == ([1, 1, 0, 0, 0] if mark != Place.GREETING else [0] * 5)
        for form in (variant.html, variant.text, variant.web):
            assert unquote(unescape(form)).count(mark) == form.count(mark)


@pytest.mark.parametrize("dress", DRESSES)
@pytest.mark.parametrize("mark", marks.MARKS)
def test_a_picture_that_would_name_its_reader_is_not_shown(mark: str, dress: str) -> None:
    pixel = Image(f"https://x.example/p.png?who={DRESSES[dress](mark)}", "A boat", width=600, height=400)

    variant = composed([article("lead", image=pixel), article("second", image=pixel)]).variant

    for form in (variant.html, variant.web):
        assert not list(page.parsed(form).iter("img"))


@pytest.mark.parametrize(
    "spelled",
    [
        spelled
        for mark in marks.MARKS
        for dress in DRESSES.values()
        # A longer one is cut inside the mark, which is none any more.
        if len(spelled := dress(mark)) <= prose.TITLE_LENGTH
    ],
)
def test_a_text_that_spells_a_mark_is_left_out_and_the_article_stays(spelled: str) -> None:
    variant = composed([article("port-audit", title=spelled, summary=spelled, authors=("Ana", Place.ADDRESS))]).variant

    assert variant.subject == f"{samples.SITE}/port-audit/"
    assert "By Ana\n" in variant.text


@pytest.mark.parametrize("words", ["A place and its address", "Leave no URL unturned", "xPLACEx", "Anexo 7: plazas"])
def test_ordinary_words_spell_no_mark(words: str) -> None:
    assert not marks.are_spelled(words)


@pytest.mark.parametrize("mark", marks.MARKS)
@pytest.mark.parametrize("place", ["newsletter", "section", "tagline", "address"])
def test_a_mark_in_the_newsrooms_own_words_is_said_and_nothing_is_made(place: str, mark: str) -> None:
    given, listed = samples.settings(), samples.newsletter()
    publication = given.publication.model_copy(
        update={"tagline": {"": mark}} if place == "tagline" else {"address": mark} if place == "address" else {}
    )
    sections = tuple(section.model_copy(update={"title": {"": mark}}) for section in listed.sections)
    title = {"": mark} if place == "newsletter" else listed.title
    listed = listed.model_copy(update={"title": title, "sections": sections if place == "section" else listed.sections})

    with pytest.raises(ConfigError, match=f'"{mark}" outside its place'):
        composed(
            [article("one"), article("two")],
            settings=given.model_copy(update={"publication": publication}),
            newsletter=listed,
        )


def _greeting() -> Newsletter:
    greeting = {"greeting": {"": "Dear {name},"}, "greeting_unnamed": {"": "Dear reader,"}}
    return samples.newsletter().model_copy(update=greeting)


def test_the_place_of_the_greeting_is_there_where_the_newsletter_greets() -> None:
    variant = composed([article()], newsletter=_greeting()).variant

    assert _counts(variant, Place.GREETING) == [1, 1, 0, 0, 0]
    assert f"\n{Place.GREETING}\n" in variant.text


def test_a_mark_in_what_the_editor_wrote_is_said_and_nothing_is_made() -> None:
    with pytest.raises(ConfigError, match="what the editor wrote"):
        composed([article()], edits=Edits(note=f"Dear {Place.ADDRESS},"))


def test_an_excerpt_of_the_editors_that_spells_a_mark_is_not_taken() -> None:
    stored = article(summary="What it is about.")

    variant = composed([stored], edits=Edits(excerpts={stored.id: f"Dear {Place.ADDRESS}"})).variant

    assert "What it is about." in variant.text


@pytest.mark.parametrize("mark", [Place.LEAVE_URL, Place.HELPFUL_URL])
def test_a_template_of_the_newsrooms_without_a_place_that_a_reader_needs_is_said(mark: str, tmp_path: Path) -> None:
    (tmp_path / "email/digest").mkdir(parents=True)
    for part in ("footer", "feedback"):
        (tmp_path / f"email/digest/{part}.html").write_text("")
    kept = [other for other in (Place.LEAVE_URL, Place.ADDRESS, Place.PREFERENCES_URL) if other != mark]
    kept += [other for other in (Place.HELPFUL_URL, Place.UNHELPFUL_URL) if other != mark]
    (tmp_path / "email/digest/reuse.html").write_text("\n".join(kept))
    given = samples.settings()
    theme = given.theme.model_copy(update={"templates": tmp_path})

    with pytest.raises(ConfigError, match=f'has no "{mark}", which a template in theme.templates leaves out'):
        composed([article()], settings=given.model_copy(update={"theme": theme}))
