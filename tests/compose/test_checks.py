"""What the checks find in an issue: nothing in a sound one, and each fault in a copy that has it."""

import re
from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from typing import Any

import pytest

from publisher.compose import checks
from publisher.compose.checks import Mail
from publisher.compose.outline import outline, untagged
from publisher.config import Settings
from publisher.model import (
    CORRECTIONS,
    Edits,
    Finding,
    Image,
    Issue,
    IssueKind,
    IssueState,
    Placement,
    Reason,
    Variant,
)
from tests.compose import kinds, samples
from tests.compose.samples import article, placed


@cache
def sound(kind: str = "week") -> Variant:
    """Give an issue as Bruno gets it."""
    mail = kinds.mail(kind, {})
    return replace(kinds.variant(kind), html=mail.html, text=mail.text)


def issue(variant: Variant, **fields: Any) -> Issue:
    made = Issue(7, "the-organization", "en", samples.WEEK, 12, IssueState.DRAFT, variant.subject, samples.NOW, variant)
    return replace(made, **fields)


def found(
    variant: Variant,
    placements: Sequence[Placement] | None = None,
    *,
    settings: Settings | None = None,
    **fields: Any,
) -> list[Finding]:
    """Check an issue of the full week, or of other placements."""
    of_the_week = samples.composed(kinds.full_week().articles).placements
    shown = of_the_week if placements is None else placements
    return checks.found(issue(variant, **fields), [Mail(variant, 130_000)], shown, settings or samples.settings())


def words(findings: Sequence[Finding], check: str, *, grave: bool = False) -> str:
    """Give what one check found; every finding is one sentence that says what to do."""
    assert all(re.search(r"[;,] \S", finding.words) and not finding.words.endswith(".") for finding in findings)
    return "\n".join(finding.words for finding in findings if (finding.check, finding.is_grave) == (check, grave))


def edited(html: str = "", instead: str = "", **fields: str) -> Variant:
    """Give the sound mail with a piece of its HTML replaced, or other fields."""
    variant = sound()
    assert html in variant.html
    return replace(variant, html=variant.html.replace(html, instead, 1), **fields)


@pytest.mark.parametrize("kind", ["week", "forty", "arabic", "markup", "special"])
def test_a_sound_issue_has_nothing_odd(kind: str) -> None:
    made = kinds.KINDS[kind]()
    placements = samples.composed(
        made.articles, made.language, settings=made.settings, newsletter=made.newsletter
    ).placements

    findings = found(
        sound(kind),
        [*placements, *made.more],
        settings=made.settings,
        language=made.language,
        kind=made.kind,
        edits=made.edits,
    )

    assert findings == []


@pytest.mark.parametrize(
    ("subject", "said", "grave"),
    [
        ("", "is empty", True),
        ("A port " * 11, "has 77 characters", False),
        ("FORTY BOATS ARE GONE", "in capitals", False),
    ],
)
def test_a_subject_that_nobody_would_open_is_told(subject: str, said: str, grave: bool) -> None:
    assert said in words(found(edited(subject=subject)), "subject", grave=grave)


@pytest.mark.parametrize("subject", ["ONU", "El río", "A port audit: 40 boats"])
def test_a_subject_of_one_word_in_capitals_is_a_name(subject: str) -> None:
    assert words(found(edited(subject=subject)), "subject") == ""


@pytest.mark.parametrize(
    ("preheader", "said"),
    [("Short", "has 5 characters"), ("long " * 40, "has 200 characters"), ("", "has 0 characters")],
)
def test_a_preheader_that_is_cut_or_empty_is_told(preheader: str, said: str) -> None:
    assert said in words(found(edited(preheader=preheader)), "preheader")


def test_a_preheader_that_repeats_the_subject_is_told() -> None:
    variant = edited(preheader=sound().subject.upper())

    assert "says the subject once more" in words(found(variant), "preheader")


@pytest.mark.parametrize(("size", "grave"), [(95_000, False), (105_000, True)])
def test_a_mail_that_is_cut_off_or_nearly_so_is_told_with_both_its_sizes(size: int, grave: bool) -> None:
    grown = edited("</body>", f"<!--{' ' * (size - len(sound().html.encode()))}--></body>")

    said = words(found(grown), "size", grave=grave)

    assert "130,000 with all else" in said
    assert f"has {size // 1000},0" in said


@pytest.mark.parametrize("href", ["", "#", "https://", "javascript:void(0)", "https://link", "mailto:", "/relative"])
def test_a_link_to_nowhere_is_grave(href: str) -> None:
    first = re.search(r'(?<=<a class="headline" href=")[^"]*', sound().html)
    assert first

    broken = edited(f'href="{first[0]}"', f'href="{href}"')

    assert f'leads nowhere ("{href}")' in words(found(broken), "links", grave=True)


def test_links_by_http_are_told_once_for_each_site() -> None:
    twice = '<p><a href="http://slow.example.org/a">A</a> <a href="http://slow.example.org/b">B</a></p></body>'

    said = words(found(edited("</body>", twice)), "links")

    assert said.count("slow.example.org") == 1


def test_link_words_that_say_nothing_are_told_where_they_lead_to_more_than_one_place() -> None:
    def _links(*slugs: str) -> Variant:
        links = "".join(f'<a href="https://estuary.example.org/{slug}/">Read more…</a>' for slug in slugs)
        return edited("</body>", f"{links}</body>")

    assert 'say "read more" lead to 2 places' in words(found(_links("a", "b")), "links")
    assert "read more" not in words(found(_links("a", "a")), "links")


@pytest.mark.parametrize("mark", ["xPLACExADDRESSx", "{{ name }}", "{% if %}", "*|FNAME|*", "%%email%%", "{nombre}"])
def test_what_nobody_fills_in_is_grave_wherever_it_stands(mark: str) -> None:
    for variant in (edited(subject=mark), edited(preheader=mark), edited("</h1>", f"{mark}</h1>")):
        assert mark in words(found(variant), "marks", grave=True)


@pytest.mark.parametrize("text", ["Lorem ipsum dolor", "TODO: the note", "[insert picture]", "[Título]"])
def test_what_is_still_to_be_written_is_told(text: str) -> None:
    assert "still to be written" in words(found(edited("</h1>", f"</h1><p>{text}</p>")), "marks")


def test_a_picture_without_words_is_told_unless_they_stand_beside_it() -> None:
    described, captioned, mute = (
        article(name, image=Image(f"{samples.SITE}/{name}.jpg", alt=alt, caption=caption, width=960, height=720))
        for name, alt, caption in (("one", "One", ""), ("two", "", "A caption"), ("three", "", ""))
    )
    shown = [placed(stored, "news", at) for at, stored in enumerate((described, captioned, mute))]
    images = "".join(
        f'<img src="{stored.article.image.url}" alt="" width="96" height="72">'
        for stored in (described, captioned, mute)
        if stored.article.image
    )

    said = words(found(edited("</body>", f"{images}</body>"), shown), "pictures")

    assert "three.jpg" in said
    assert "one.jpg" not in said
    assert "two.jpg" not in said


def test_pictures_without_their_size_are_named_three_and_counted() -> None:
    images = "".join(f'<img src="https://estuary.example.org/{at}.jpg" alt="A boat" width="96">' for at in range(5))

    said = words(found(edited("</body>", f"{images}</body>")), "pictures")

    assert "0.jpg, https://estuary.example.org/1.jpg, https://estuary.example.org/2.jpg and 2 more" in said


def test_an_issue_without_articles_a_lead_or_a_picture_in_it_says_so() -> None:
    stored = article()

    assert "carries no article" in words(found(sound(), []), "parts")
    assert "no article leads" in words(found(sound(), [placed(stored, "news")]), "parts")
    led = words(found(sound(), [placed(stored, "news", reason=Reason.LEAD)]), "parts")
    assert 'the lead, "Port audit", has no picture' in led
    assert words(found(sound(), [], kind=IssueKind.SPECIAL), "parts") == ""


def test_a_headline_without_a_word_under_it_is_told_unless_an_editor_wrote_one() -> None:
    stored = article(body="", summary="")
    shown = [placed(stored, "news")]

    assert 'under the headline of "Port audit"' in words(found(sound(), shown), "parts")
    own = Edits(excerpts={stored.id: "What the audit says."})
    assert "headline" not in words(found(sound(), shown, edits=own), "parts")


def test_a_correction_that_does_not_say_what_was_wrong_is_told() -> None:
    silent = article()
    telling = article("pier", body="<p>Correction: it was Pier 9.</p>")
    shown = [placed(stored, CORRECTIONS, reason=Reason.CORRECTION) for stored in (silent, telling)]

    said = words(found(sound(), shown), "parts")

    assert 'corrected in "Port audit"; ' in said


def test_a_retracted_article_in_the_issue_is_grave_and_one_among_the_corrections_is_not() -> None:
    stored = article(retracted_at=samples.NOW)

    assert '"Port audit" was taken back' in words(found(sound(), [placed(stored, "news")]), "articles", grave=True)
    assert words(found(sound(), [placed(stored, CORRECTIONS)]), "articles", grave=True) == ""


def test_an_issue_without_its_appeal_is_told_unless_the_editor_left_it_out() -> None:
    without = replace(sound(), html=sound().html.replace("/donate/", "/elsewhere/"))

    assert "no donation appeal" in words(found(without), "parts")
    assert "no donation appeal" not in words(found(without, edits=Edits(has_appeal=False)), "parts")


def test_a_heading_that_leaves_a_level_out_is_told() -> None:
    assert "level 5 follows one of level 2" in words(
        found(edited("</body>", "<h2>Two</h2><h5>Five</h5></body>")), "headings"
    )


def test_a_link_that_the_plain_text_lacks_is_told() -> None:
    extra = edited("</body>", '<a href="https://estuary.example.org/extra/">The extra</a></body>')

    assert "https://estuary.example.org/extra/" in words(found(extra), "text")


def test_what_is_odd_about_the_mails_of_an_audience_is_told_too_and_nothing_twice() -> None:
    broken = edited("</body>", '<a href="">Give again</a></body>')
    shown = samples.composed(kinds.full_week().articles).placements

    findings = checks.found(issue(sound()), [Mail(sound(), 1), Mail(broken, 1)], shown, samples.settings())

    assert 'the link "Give again" leads nowhere' in words(findings, "links", grave=True)
    assert len(set(findings)) == len(findings)


def test_an_outline_reads_links_with_their_pictures_and_leaves_styles_out() -> None:
    seen = outline(
        '<title>T</title><style>a{}</style><h1>One</h1><a href="x?a=1&amp;b=2"><img src=p alt="A b"> c</a><a>'
    )

    assert [(link.href, link.words) for link in seen.links] == [("x?a=1&b=2", "A b c")]
    assert (seen.levels, seen.words) == ((1,), "One A b c")


@pytest.mark.parametrize(
    ("url", "bare"),
    [
        ("https://example.org/?utm_source=a&p=1&utm_medium=b#c", "https://example.org/?p=1"),
        ("https://example.org/a?utm_source=a", "https://example.org/a"),
        ("https://example.org/a", "https://example.org/a"),
    ],
)
def test_an_address_is_asked_for_without_what_counts_a_visit(url: str, bare: str) -> None:
    assert untagged(url) == bare


def test_a_subject_that_was_cut_off_is_told() -> None:
    assert "200 characters were given, and 150 go" in words(found(sound(), edits=Edits(title="x" * 200)), "subject")


@pytest.mark.parametrize("excerpt", ["**Bold** words", "See [it](https://x.example)", "<b>Bold</b>"])
def test_an_excerpt_that_was_meant_as_markdown_is_told(excerpt: str) -> None:
    stored = samples.article("one")
    placed = [Placement(stored, "news", 0, Reason.LEAD)]

    assert "excerpts are plain text" in words(
        found(sound(), placed, edits=Edits(excerpts={stored.id: excerpt})), "text"
    )


@pytest.mark.parametrize(
    ("note", "is_told"),
    [
        ("See https://estuary.example.org/about/ for more.", True),
        ("See <https://estuary.example.org/about/>.", False),
        ("See [this](https://estuary.example.org/about/).", False),
        ("See [https://estuary.example.org/](https://estuary.example.org/about/).", False),
    ],
)
def test_an_address_in_the_note_that_is_no_link_is_told(note: str, is_told: bool) -> None:
    told = words(found(sound(), edits=Edits(note=note)), "links")

    assert ("is no link; write <https://estuary.example.org/about/>" in told) is is_told
