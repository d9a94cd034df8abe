"""An issue as a file: unchanged it changes nothing, a moved line moves its article, and a slip is told at its line."""

import re
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from publisher.compose import Earlier, sheet
from publisher.compose.place import Asked, place
from publisher.errors import UsageError
from publisher.model import Block, Edits, Placement, Reason, StoredArticle
from tests.compose.samples import NOW, SITE, WEEK, ZONE, article, newsletter

A, B = article("a", hours_ago=10), article("b", hours_ago=20)
C = article("c", hours_ago=30, categories=("Analysis",))
D = article("d", language="es")
GONE = article("gone", retracted_at=NOW)
WEEKS = [A, B, C, D, GONE]


def placed(edits: Edits, articles: list[StoredArticle] | None = None) -> list[Placement]:
    asked = Asked(newsletter(), "en", ("en", "es"), WEEK, NOW, ZONE)
    return place(WEEKS if articles is None else articles, asked, Earlier(), edits)


def base(edits: Edits = Edits(), articles: list[StoredArticle] | None = None) -> sheet.Base:  # noqa: B008 - frozen
    return sheet.Base(newsletter(), "en", "Title", "Subject", "Preheader", placed(edits, articles), edits)


def found(url: str) -> StoredArticle | None:
    return next((stored for stored in WEEKS if stored.article.url == url), None)


def taken(text: str, of: sheet.Base | None = None) -> Edits:
    return sheet.taken(sheet.parse(text), of or base(), found)


def line(stored: StoredArticle) -> str:
    return f"- [{stored.article.title}]({stored.article.url})"


def moved(text: str, stored: StoredArticle, heading: str) -> str:
    """Cut an article's line out and put it under a heading, as an editor does."""
    rest = re.sub(re.escape(line(stored)) + r".*\n", "", text)
    return re.sub(rf"(?m)^(## {heading}\b.*)$", lambda head: f"{head[1]}\n{line(stored)}", rest)


def test_the_file_shows_the_issue_as_it_stands() -> None:
    text = sheet.written(base(Edits(note="Good *morning*.", excerpts={A.id: "Own words."}, has_appeal=False)))

    body = re.sub(r"<!--.*?-->", "", text, flags=re.DOTALL)
    assert [part for part in body.split("\n") if part.strip()] == [
        *("---", "title: Title", "subject: Subject", "preheader: Preheader", "appeal: no", "---"),
        "Good *morning*.",
        *("## lead", line(C)),
        *("## investigations · Investigations", "## analysis · Analysis"),
        *("## news · News briefs", line(A), "  > Own words.", line(B)),
        "## more · Also this week",
        *("## out", f"{line(D)}  ", f"{line(GONE)}  "),
    ]


def test_an_unchanged_file_changes_nothing() -> None:
    assert taken(sheet.written(base())) == Edits()


@pytest.mark.parametrize(
    ("stored", "heading", "edits"),
    [
        (A, "lead", Edits(lead=A.id)),
        (A, "analysis", Edits(sections={A.id: "analysis"}, order={"analysis": (A.id,)})),
        (A, "out", Edits(dropped=(A.id,))),
        (D, "news", Edits(sections={D.id: "news"}, order={"news": (D.id, A.id, B.id)})),
        (B, "news", Edits(order={"news": (B.id, A.id)})),
    ],
)
def test_a_moved_line_moves_its_article(stored: StoredArticle, heading: str, edits: Edits) -> None:
    text = sheet.written(base())
    text = re.sub(r"## lead\n.*\n", "## lead\n", text) if heading == "lead" else text
    if heading == "lead":
        text = moved(moved(text, stored, "lead"), C, "analysis")
        edits = replace(edits, order={"analysis": (C.id,)}) if "analysis" in taken(text).order else edits

    assert taken(moved(text, stored, heading)) == edits


def test_a_deleted_line_is_dropped_and_a_dropped_one_can_come_back() -> None:
    without = sheet.written(base()).replace(line(B) + "\n", "")
    dropped = taken(without)
    assert dropped == Edits(dropped=(B.id,))

    text = sheet.written(base(dropped))
    assert f"{line(B)}  <!-- dropped by the editor -->" in text
    assert taken(moved(text, B, "news"), base(dropped)).dropped == ()


def test_texts_blocks_and_excerpts_are_taken() -> None:
    text = sheet.written(base())
    text = text.replace("title: Title", "title:  The   audit").replace("subject: Subject", "subject:")
    text = text.replace("appeal: yes", "appeal: no").replace("## lead", "A *note*.\n\nSecond line.\n\n## lead")
    text = text.replace("## news", ":::\nCome and see us.\n:::\n\n## news").replace(
        line(A), f"{line(A)}\n  > Own: 1\n  > 2"
    )

    edits = taken(text)

    assert edits == Edits(
        title="The audit",
        note="A *note*.\n\nSecond line.",
        has_appeal=False,
        blocks=(Block("news", "Come and see us."),),
        excerpts={A.id: "Own: 1 2"},
    )


def test_what_was_changed_before_is_kept_where_the_file_says_the_same() -> None:
    edits = Edits(
        title="Title",
        subject="Subject",
        lead=A.id,
        order={"news": (B.id,)},
        dropped=(C.id,),
        blocks=(Block("", "End."),),
    )

    assert taken(sheet.written(base(edits)), base(edits)) == edits


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("---\ntitle", "title", "line 1: is not the line of ---"),
        ("title: Title", "titel: x", 'line 2: "titel: x" is none of title'),
        ("title: Title", "title: a\ntitle: b", "line 3: title stands there twice"),
        ("appeal: yes", "appeal: maybe", '"maybe" is neither yes nor no'),
        ("## news", "## weather", '"weather" is no section; there are lead, investigations'),
        ("## news", "## analysis", '"analysis" stands there twice'),
        (line(A), f"{line(A)}\n{line(A)}", f"{SITE}/a/ stands on line"),
        (line(A), f"- [x]({SITE}/nowhere/)", f"{SITE}/nowhere/ was never collected"),
        (line(A), f"{line(A)}\nfree text", '"free text" is no article, excerpt or heading'),
        ("## news", ":::\nopen\n## news", "::: is never closed"),
        ("## lead", ":::\nfree\n:::\n## lead", "write it into the note"),
        (line(A), f"{line(A)}\n{line(GONE)}", "is retracted; move it under out"),
        ("## lead", f"## lead\n{line(A)}", "only one article leads"),
    ],
)
def test_a_slip_is_told_at_its_line(old: str, new: str, said: str) -> None:
    text = sheet.written(base()).replace(line(GONE), "- " + line(GONE)[2:])
    text = text.replace(line(GONE), "", 1) if "retracted" in said else text
    text = text.replace(line(A) + "\n", "") if said.startswith("only") else text

    with pytest.raises(UsageError, match=re.escape(said)):
        taken(text.replace(old, new, 1))


_texts = st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), max_size=30)


@given(st.data())
def test_a_file_that_nobody_changed_gives_the_same_issue(data: st.DataObject) -> None:
    some = st.lists(st.sampled_from([stored.id for stored in WEEKS]), unique=True, max_size=3)
    plain = _texts.map(lambda text: " ".join(re.sub(r"[<>:#-]", "", text).split()))
    edits = Edits(
        note=data.draw(plain),
        lead=data.draw(st.none() | st.sampled_from([A.id, D.id])),
        sections={chosen: data.draw(st.sampled_from(["news", "analysis"])) for chosen in data.draw(some)},
        order={"news": tuple(data.draw(some))},
        dropped=tuple(data.draw(some)),
        excerpts=data.draw(st.dictionaries(st.just(A.id), plain.filter(bool), max_size=1)),
        blocks=tuple(Block(key, text) for key in ("news", "") if (text := data.draw(plain))),
        has_appeal=data.draw(st.booleans()),
    )

    again = taken(sheet.written(base(edits)), base(edits))

    told = [(one.article.id, one.section, one.reason is Reason.LEAD) for one in placed(edits)]
    assert [(one.article.id, one.section, one.reason is Reason.LEAD) for one in placed(again)] == told
    assert (again.note, again.blocks, again.has_appeal) == (edits.note, edits.blocks, edits.has_appeal)
    shown = {one.article.id for one in placed(edits)}
    assert again.excerpts == {article: text for article, text in edits.excerpts.items() if article in shown}


@given(st.text(max_size=400))
def test_no_text_does_more_than_be_told(text: str) -> None:
    try:
        edits: Any = taken(text)
    except UsageError as error:
        assert str(error)  # noqa: PT017 - either is right
    else:
        assert isinstance(edits, Edits)
