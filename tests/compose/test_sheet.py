"""An issue as a file: unchanged it changes nothing, a moved line moves its article, and a slip is told at its line."""

import re
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from publisher.compose import Earlier, sheet
from publisher.compose.place import Asked, place
from publisher.compose.sheet import writing
from publisher.errors import NotAllowed, UsageError
from publisher.model import ARCHIVE, Block, Edits, Placement, Reason, StoredArticle
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
    return sheet.Base(12, newsletter(), "en", "Title", "Subject", "Preheader", placed(edits, articles), edits)


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
    of = base(Edits(note="Good *morning*.", excerpts={A.id: "Own words."}, has_appeal=False))

    text = sheet.written(of)

    body = re.sub(r"<!--.*?-->", "", text, flags=re.DOTALL)
    assert [part for part in body.split("\n") if part.strip()] == [
        *("---", "issue: 12", f"seen: {of.mark}"),
        *("title: Title", "subject: Subject", "preheader: Preheader", "appeal: no", "---"),
        "Good *morning*.",
        *("## lead", line(C)),
        *("## investigations · Investigations", "## analysis · Analysis"),
        *("## news · News briefs", line(A), "  > Own words.", line(B)),
        "## more · Also this week",
        *("## out", f"{line(GONE)}  ", f"{line(D)}  "),
    ]


def test_an_unchanged_file_changes_nothing() -> None:
    assert taken(sheet.written(base())) == Edits()


@pytest.mark.parametrize(
    ("stored", "heading", "edits"),
    [
        (A, "lead", Edits(lead=A.id)),
        # Without a pin, what comes into the section of the lead would lead.
        (A, "analysis", Edits(lead=C.id, sections={A.id: "analysis"}, order={"analysis": (A.id,)})),
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


def test_a_deleted_line_of_the_lead_is_dropped_too() -> None:
    assert taken(sheet.written(base()).replace(line(C) + "\n", "")) == Edits(dropped=(C.id,))


def test_an_article_that_came_in_meanwhile_is_not_taken_for_a_deleted_line() -> None:
    before, now = base(articles=[A, C]), base(articles=[A, B, C])
    text = sheet.written(before)

    with pytest.raises(NotAllowed, match=f"put in what is missing and the line `seen: {now.mark}`"):
        taken(text, now)

    assert taken(moved(text, B, "news").replace(before.mark, now.mark), now).dropped == ()


def test_of_many_articles_that_are_left_out_the_nearest_have_lines() -> None:
    old = [article(f"old-{number}", language="es") for number in range(writing.SHOWN_OUT)]
    of = base(Edits(dropped=(A.id,), excerpts={old[-1].id: "Kept."}), [*old, A, B, C])

    text = sheet.written(of)

    assert f"## out\n{line(A)}  <!-- dropped" in text
    assert text.endswith("<!-- and 1 more, which `issue show 12` lists -->\n")
    assert sheet.taken(sheet.parse(text), of, {one.article.url: one for one in [*old, A, B, C]}.get) == of.edits


@pytest.mark.parametrize(
    "text", ["## lead", "a\n\n## update\n\nb", ":::\nb", "<!-- a", "a\n  <!-- b -->", "\\## lead", "\\\\:::", "---"]
)
def test_free_text_that_looks_like_the_files_own_lines_stays_text(text: str) -> None:
    edits = Edits(note=text, blocks=(Block("news", text), Block("from-the-archive", text), Block("", text)))

    assert taken(sheet.written(base(edits)), base(edits)) == edits


def test_titles_and_excerpts_are_never_taken_for_comments_or_lines() -> None:
    edits = Edits(title="x <!-- y", excerpts={A.id: "one <!-- two\nthree"})
    of = replace(base(edits), title="x <!-- y")

    assert taken(sheet.written(of), of) == edits


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
        ("---\nissue", "issue", "line 1: is not the line of ---"),
        ("title: Title", "titel: x", 'line 4: "titel: x" is none of issue, seen, title'),
        ("title: Title", "title: a\ntitle: b", "line 5: title stands there twice"),
        ("appeal: yes", "appeal: maybe", '"maybe" is neither yes nor no'),
        ("## news", "## weather", '"weather" is no section; there are lead, investigations'),
        ("## news", "## analysis", '"analysis" stands there twice'),
        (line(A), f"{line(A)}\n{line(A)}", f"{SITE}/a/ stands on line"),
        (line(A), f"- [x]({SITE}/nowhere/)", f"{SITE}/nowhere/ was never collected"),
        (line(A), f"{line(A)}\nfree text", '"free text" is no article, excerpt or heading'),
        ("## news", ":::\nopen\n## news", "::: is never closed"),
        ("## lead", "<!-- open\n## lead", "<!-- is never closed; put -->"),
        ("## lead", "## update\n## lead", "a heading of the note has a \\ before it"),
        ("issue: 12", "issue: 11", "it is of issue 11, not of 12"),
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


def test_what_the_publisher_puts_in_keeps_its_order() -> None:
    old = [article(f"old-{number}", hours_ago=2000 + number) for number in range(2)]
    placements = [Placement(A, "news", 0, Reason.LEAD)]
    placements += [Placement(stored, ARCHIVE, 1 + at, Reason.ARCHIVE) for at, stored in enumerate(old)]
    of = replace(base(), placements=placements)
    text = sheet.written(of)
    first, second = (line(stored) for stored in old)
    known = {stored.article.url: stored for stored in (A, *old)}

    with pytest.raises(UsageError, match="what stands under from-the-archive keeps its order; put it back"):
        sheet.taken(
            sheet.parse(text.replace(first, "(1)").replace(second, first).replace("(1)", second)), of, known.get
        )


_texts = st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), max_size=30)


@given(st.data())
def test_a_file_that_nobody_changed_gives_the_same_issue(data: st.DataObject) -> None:
    some = st.lists(st.sampled_from([stored.id for stored in WEEKS]), unique=True, max_size=3)
    plain = _texts.map(lambda text: " ".join(text.split()))
    lines = st.lists(_texts | st.sampled_from(["## lead", ":::", "<!--", "-->", "---", "\\:::"]), max_size=4)
    free = lines.map(lambda chosen: "\n".join(chosen).strip())
    edits = Edits(
        note=data.draw(free),
        lead=data.draw(st.none() | st.sampled_from([A.id, D.id])),
        sections={chosen: data.draw(st.sampled_from(["news", "analysis"])) for chosen in data.draw(some)},
        order={"news": tuple(data.draw(some))},
        dropped=tuple(data.draw(some)),
        excerpts=data.draw(st.dictionaries(st.just(A.id), plain.filter(bool), max_size=1)),
        blocks=tuple(Block(key, text) for key in ("news", "") if (text := data.draw(free))),
        has_appeal=data.draw(st.booleans()),
    )

    again = taken(sheet.written(base(edits)), base(edits))

    told = [(one.article.id, one.section, one.reason is Reason.LEAD) for one in placed(edits)]
    assert [(one.article.id, one.section, one.reason is Reason.LEAD) for one in placed(again)] == told
    assert (again.note, again.blocks, again.has_appeal) == (edits.note, edits.blocks, edits.has_appeal)
    assert again.excerpts == edits.excerpts


MANY = [
    article(f"many-{number}", hours_ago=number * 7 + 1, categories=(("News",), ("Analysis",), ("Odd",))[number % 3])
    for number in range(6)
]
ALL = [*MANY, D]
GROUPS = [*(section.key for section in newsletter().sections), "out"]


def shown(of: sheet.Base) -> dict[str, list[int]]:
    """Give the ids under each heading, as readers get them."""
    groups: dict[str, list[int]] = {}
    for one in of.placements:
        if one.section is not None:
            groups.setdefault("lead" if one.reason is Reason.LEAD else one.section, []).append(one.article.id)
    return groups


@given(st.lists(st.tuples(st.permutations(ALL), st.lists(st.sampled_from(GROUPS), min_size=6, max_size=6)), max_size=3))
def test_however_often_lines_are_moved_the_issue_is_as_the_file_says(
    files: list[tuple[list[StoredArticle], list[str]]],
) -> None:
    edits = Edits()
    for (leader, *others), headings in files:
        of = base(edits, ALL)
        arranged = {"lead": [leader]} | {
            key: [one for one, heading in zip(others, headings, strict=True) if heading == key] for key in GROUPS
        }
        lines = [text for key, group in arranged.items() for text in (f"## {key}", *map(line, group))]
        text = sheet.written(of).partition("## lead")[0] + "\n".join(lines)

        edits = sheet.taken(sheet.parse(text), of, {one.article.url: one for one in ALL}.get)

        wanted = {key: [one.id for one in group] for key, group in arranged.items() if group and key != "out"}
        assert shown(base(edits, ALL)) == wanted


def test_a_lead_from_outside_pushes_nothing_out_of_a_full_section() -> None:
    one, two, old = (article(slug, hours_ago=hours) for slug, hours in (("one", 1), ("two", 2), ("old", 3)))
    news = next(section for section in newsletter().sections if section.key == "news")
    product = newsletter().model_copy(update={"sections": (news.model_copy(update={"limit": 2}),)})
    asked = Asked(product, "en", ("en", "es"), WEEK, NOW, ZONE)

    def _of(edits: Edits) -> sheet.Base:
        placements = place([one, two, old], asked, Earlier(), edits)
        return sheet.Base(12, product, "en", "Title", "Subject", "Preheader", placements, edits)

    text = moved(moved(moved(sheet.written(_of(Edits())), one, "news"), old, "lead"), two, "news")
    edits = sheet.taken(sheet.parse(text), _of(Edits()), {each.article.url: each for each in (one, two, old)}.get)

    assert shown(_of(edits)) == {"lead": [old.id], "news": [two.id, one.id]}


@given(st.text(max_size=400))
def test_no_text_does_more_than_be_told(text: str) -> None:
    try:
        edits: Any = taken(text)
    except UsageError as error:
        assert str(error)  # noqa: PT017 - either is right
    else:
        assert isinstance(edits, Edits)


@pytest.mark.parametrize("heading", ["lead", "news", "out"])
def test_a_heading_that_is_gone_is_told_before_its_articles_go_elsewhere(heading: str) -> None:
    text = re.sub(rf"(?m)^## {heading}\b.*\n", "", sheet.written(base()))

    with pytest.raises(UsageError, match=f'there is no heading "## {heading}"|is no article, excerpt or heading'):
        taken(text)


def test_without_its_line_the_appeal_stays_as_it_was() -> None:
    muted = base(Edits(has_appeal=False))

    assert not taken(sheet.written(muted).replace("appeal: no\n", ""), muted).has_appeal
