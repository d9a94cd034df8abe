"""A folder of Markdown files: which of them are articles, what is remembered of them, what became of them."""

import errno
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from publisher.collect import Memory
from publisher.collect.markdown import FILES_AT_ONCE, folder
from publisher.errors import UnreadableInput
from tests.collect.folder import BILINGUAL, Folder
from tests.collect.newsroom import LINK, NOW

LATER = NOW + timedelta(days=1)
AUDIT = f"{LINK}desk/port-audit/"


@pytest.fixture
def desk(tmp_path: Path) -> Folder:
    return Folder(tmp_path / "texts")


def test_markdown_files_at_any_depth_are_articles(desk: Folder) -> None:
    for name in ("port-audit.md", "news/2026/river-mouth.markdown", "OLD-PIER.MD"):
        desk.has(name, title=name)
    for name in ("notes.txt", ".hidden.md", ".git/config.md", "node_modules/left-pad/api.md", "news/_index.md"):
        desk.has(name, title=name)

    assert desk.collects().titles() == ["OLD-PIER.MD", "news/2026/river-mouth.markdown", "port-audit.md"]


def test_an_article_stands_where_its_file_does(desk: Folder) -> None:
    desk.has("news/port-audit.md")

    assert desk.collects().only().url == f"{LINK}desk/news/port-audit/"
    assert desk.collects(url="").only().url == f"{LINK}news/port-audit/"
    assert desk.collects(url="https://desk.example.org").only().url == "https://desk.example.org/news/port-audit/"


@pytest.mark.parametrize(
    ("name", "fields", "path"),
    [
        ("port audit.md", {}, "desk/port-audit/"),
        ("news/port-audit/index.md", {}, "desk/news/port-audit/"),
        ("news/port-audit.md", {"slug": "the-audit"}, "desk/news/the-audit/"),
        ("news/port-audit/index.md", {"slug": "the-audit"}, "desk/news/the-audit/"),
        ("news/port-audit.md", {"slug": "/the-audit"}, "desk/the-audit/"),
        ("news/port-audit.md", {"url": "/2026/audit.html"}, "2026/audit.html"),
        ("news/port-audit.md", {"permalink": "2026/audit/"}, "desk/2026/audit/"),
        ("news/port-audit.md", {"canonical_url": f"{LINK}audit/?utm_source=x"}, "audit/"),
        ("news/port-audit.md", {"link": "https://other.example/audit/"}, "desk/news/port-audit/"),
        ("news/port-audit.md", {"link": f"{LINK}desk/audit/"}, "desk/audit/"),
        ("_posts/2026-11-05-port-audit.md", {}, "desk/port-audit/"),
        ("news/2026-11-05-port-audit/index.md", {}, "desk/news/port-audit/"),
        ("auditori\u0301a #1.md", {}, "desk/auditor%C3%ADa-%231/"),
    ],
)
def test_an_article_stands_where_its_name_and_its_fields_say(
    desk: Folder, name: str, fields: dict[str, str], path: str
) -> None:
    desk.has(name, **fields)

    assert desk.collects().only().url == f"{LINK}{path}"


def test_an_address_that_is_a_pattern_is_not_guessed(desk: Folder) -> None:
    desk.has("port-audit.md", permalink="/:year/:title/")

    [skipped] = desk.collects().skipped

    assert skipped.reason == 'its address "/:year/:title/" is a pattern; write the address itself as `url`'


def test_the_date_before_a_name_is_that_of_a_file_that_has_none(desk: Folder) -> None:
    desk.has("_posts/2026-11-05-port-audit.md", date="")

    assert desk.collects().only().published == datetime(2026, 11, 5, 5, tzinfo=UTC)


def test_an_article_without_a_date_counts_as_published_when_it_was_first_seen(desk: Folder) -> None:
    desk.has("port-audit.md", date="")
    first = desk.collects()
    desk.has("port-audit.md", title="Port audit, corrected", date="")

    again = desk.collects(first.memory, now=LATER)

    assert (first.only().published, again.only().published) == (NOW, NOW)
    assert first.remarks[0].what == AUDIT
    assert first.remarks[0].words.startswith("it has no date and counts as published when it was first seen; ")


def test_when_it_was_first_seen_outlasts_a_change_of_the_config(desk: Folder) -> None:
    desk.has("port-audit.md", date="")
    memory = desk.collects().memory

    assert desk.collects(memory, now=LATER, language="es").only().published == NOW


def test_a_date_that_cannot_be_read_is_told(desk: Folder) -> None:
    desk.has("port-audit.md", date="soon")

    collected = desk.collects()

    assert collected.only().published == NOW
    assert collected.remarks[0].words.startswith('its date "soon" cannot be read and counts as published when')


def test_a_readme_is_no_article_and_no_reason_to_complain(desk: Folder) -> None:
    desk.writes("README.md", "# How to write here\n")
    desk.has("index.md", title="The Estuary Desk")
    desk.has("about.md", title="About us", date="", layout="page")

    collected = desk.collects()

    assert (collected.articles, collected.skipped) == ([], [])


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"# Port audit\n", "it has no front matter; begin it with its fields between two lines of ---"),
        (b"", "it has no front matter; begin it with its fields between two lines of ---"),
        (b"---\ntitle: Port audit: why\n---\n", "its front matter cannot be read as YAML (mapping values are not "),
        (b"+++\ntitle = Port\n+++\n", "its front matter cannot be read as TOML ("),
        (b'{"title": }\n', "its front matter cannot be read as JSON ("),
        (b"---\ntitle: Auditor\xeda\n---\n", "its letters are not in UTF-8; save it as UTF-8"),
        (b"---\ntitle: x\n---\n" + b"x" * folder.LARGEST, "it has more than 2000000 bytes; divide it"),
        (b"---\ntitle: " + b"x" * 30_000 + b"\n---\n", "its front matter has more than 20000 characters; write"),
        (b"---\na: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]\n---\n", "its front matter repeats a list by its name"),
        (
            b"---\na: " + b"[" * 200 + b"]" * 200 + b"\n---\n",
            "its front matter repeats a list by its name or is",
        ),
        (b"+++\n" + b"a." * 5000 + b"a = 1\n+++\n", "its front matter has a key of twenty parts; write it flat"),
    ],
)
def test_a_file_that_cannot_be_read_is_skipped_with_its_reason_once(desk: Folder, content: bytes, reason: str) -> None:
    desk.writes("news/port-audit.md", content)
    desk.has("river-mouth.md", title="River mouth")

    collected = desk.collects()

    assert collected.titles() == ["River mouth"]
    assert [(skipped.source, skipped.what) for skipped in collected.skipped] == [("folder", "news/port-audit.md")]
    assert collected.skipped[0].reason.startswith(reason)
    assert desk.collects(collected.memory).skipped == []


def test_a_file_that_cannot_be_read_now_is_told_until_it_can(desk: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.has("port-audit.md")
    desk.has("river-mouth.md", title="River mouth")
    before = desk.collects()
    desk.has("port-audit.md", title="Port audit, corrected")
    with monkeypatch.context() as patched:
        patched.setattr(folder, "read", _fails)
        first = desk.collects(before.memory)
        second = desk.collects(first.memory)

    assert (first.skipped, first.titles(), first.memory) == (second.skipped, [], before.memory)
    assert [(skipped.what, skipped.reason) for skipped in second.skipped] == [
        ("port-audit.md", "it cannot be read (Input/output error); let this program read it")
    ]
    assert desk.collects(second.memory).titles() == ["Port audit, corrected"]


def _fails(_file: folder.File) -> bytes:
    raise OSError(errno.EIO, "Input/output error")


def test_links_out_of_the_folder_are_not_followed(desk: Folder, tmp_path: Path) -> None:
    other = Folder(tmp_path / "elsewhere")
    other.has("secret.md", title="Secret")
    desk.has("port-audit.md")
    (desk.path / "secret.md").symlink_to(other.path / "secret.md")
    (desk.path / "all").symlink_to(other.path)
    (desk.path / "again.md").symlink_to(desk.path / "port-audit.md")
    (desk.path / "nowhere.md").symlink_to(desk.path / "gone.md")
    (desk.path / "around").symlink_to(desk.path)

    assert desk.collects().titles() == ["Port audit"]


def test_files_that_are_links_to_a_hidden_folder_beside_them_are_read(desk: Folder) -> None:
    desk.has("..data/port-audit.md")
    (desk.path / "port-audit.md").symlink_to(desk.path / "..data" / "port-audit.md")

    assert desk.collects().only().url == AUDIT


def test_a_pipe_with_the_name_of_a_file_is_none(desk: Folder) -> None:
    desk.has("port-audit.md")
    os.mkfifo(desk.path / "pipe.md")

    assert desk.collects().titles() == ["Port audit"]


def test_a_missing_folder_is_named_with_the_remedy(tmp_path: Path) -> None:
    missing = Folder(tmp_path / "nowhere")

    with pytest.raises(UnreadableInput, match=r"/nowhere does not exist; write the folder of the Markdown files as"):
        missing.collects()
    with pytest.raises(UnreadableInput, match='source "folder" names no folder; write'):
        missing.collects(path=None)


def test_a_file_in_place_of_the_folder_is_named_with_the_remedy(tmp_path: Path) -> None:
    (tmp_path / "texts").write_text("x")

    with pytest.raises(UnreadableInput, match=r"/texts is no folder; write the folder of the Markdown files as the"):
        Folder(tmp_path / "texts").collects()


def test_more_files_than_any_newsroom_has_are_left_out_and_told(desk: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(folder, "MOST_FILES", 3)
    for number in range(5):
        desk.publish(f"report-{number}")

    collected = desk.collects()

    assert collected.titles() == ["report-0", "report-1", "report-2"]
    assert [skipped.what for skipped in collected.skipped] == ["the last 2 files"]


def test_a_second_collect_gives_nothing_and_leaves_the_memory_as_it_was(desk: Folder) -> None:
    desk.has("port-audit.md", date="")
    desk.has("river-mouth.md", title="River mouth", draft=True)
    desk.writes("README.md", "Read me")
    desk.writes("broken.md", "---\na: [\n---\n")
    first = desk.collects()

    again = desk.collects(first.memory, now=LATER)

    assert (again.articles, again.skipped, again.remarks, again.batches) == ([], [], [], 1)
    assert again.memory == first.memory


def test_a_file_that_is_only_touched_is_not_given_again(desk: Folder) -> None:
    desk.has("port-audit.md")
    memory = desk.collects().memory
    desk.touches("port-audit.md")

    assert desk.collects(memory).articles == []


def test_what_is_remembered_of_files_goes_with_them(desk: Folder) -> None:
    desk.has("port-audit.md", date="")
    memory = desk.collects().memory
    desk.removes("port-audit.md")

    after = desk.collects(memory)

    assert set(after.memory.values) == {"url", "terms"}


def test_many_files_come_in_batches_and_an_interrupted_run_goes_on(desk: Folder) -> None:
    for number in range(FILES_AT_ONCE + 5):
        desk.publish(f"report-{number:03}")

    first = desk.collects(stop_after=1)
    rest = desk.collects(first.memory)

    assert first.titles() == [f"report-{number:03}" for number in range(FILES_AT_ONCE)]
    assert rest.titles() == [f"report-{number:03}" for number in range(FILES_AT_ONCE, FILES_AT_ONCE + 5)]


def test_a_memory_that_nobody_can_read_is_worth_nothing(desk: Folder) -> None:
    desk.has("port-audit.md")
    values = desk.collects().memory.values

    for spoiled in ("", "[", "{}", "[1,2,3,4,5,6,7]", "[" * 100_000):
        assert desk.collects(Memory({**values, "file port-audit.md": spoiled})).titles() == ["Port audit"]


def test_all_addresses_are_listed_so_that_deleted_files_are_looked_for(desk: Folder) -> None:
    desk.has("port-audit.md")
    desk.has("river-mouth.md", draft=True)
    memory = desk.collects().memory

    listed = desk.collects(memory).listed

    assert listed is not None
    assert listed.urls == {AUDIT}
    assert listed.since < datetime(1900, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    "said", [{"draft": True}, {"published": False}, {"status": "draft"}, {"permalink": False}, {"draft": "yes"}]
)
def test_a_draft_is_no_article_and_one_that_was_public_is_withdrawn(desk: Folder, said: dict[str, Any]) -> None:
    desk.has("port-audit.md")
    desk.has("river-mouth.md", **said)
    first = desk.collects()
    desk.has("port-audit.md", **said)

    second = desk.collects(first.memory)

    assert (first.titles(), first.skipped, first.withdrawn) == (["Port audit"], [], [])
    assert (second.titles(), second.skipped, second.withdrawn) == ([], [], [AUDIT])
    assert desk.collects(second.memory).withdrawn == []


def test_a_text_moved_among_the_drafts_is_withdrawn(desk: Folder) -> None:
    desk.has("_posts/2026-11-05-port-audit.md")
    first = desk.collects()
    desk.removes("_posts/2026-11-05-port-audit.md")
    desk.has("_drafts/port-audit.md")

    assert desk.collects(first.memory).withdrawn == [AUDIT]


def test_a_draft_beside_the_public_text_withdraws_nothing(desk: Folder) -> None:
    desk.has("port-audit.md")
    first = desk.collects()
    desk.has("_drafts/port-audit.md")

    assert desk.collects(first.memory).withdrawn == []


def test_a_retraction_is_a_field_or_a_tag(desk: Folder) -> None:
    desk.has("port-audit.md", retracted=True)
    desk.has("river-mouth.md", tags=["ports", "Retracted"])
    desk.has("old-pier.md", retracted=False)

    assert [article.retracted for article in desk.collects().articles] == [False, True, True]


def test_an_address_that_two_files_name_is_that_of_the_first(desk: Folder) -> None:
    desk.has("a.md", title="First", url="/port-audit/")
    desk.has("b.md", title="Second", url="/port-audit/")
    first = desk.collects()
    desk.removes("a.md")

    assert first.titles() == ["First"]
    assert first.skipped[0].reason == 'its address is that of "a.md" too; give one of them another `url`'
    assert desk.collects(first.memory).titles() == ["Second"]


@pytest.mark.parametrize(
    ("english", "spanish", "address"),
    [
        ("port-audit.md", "port-audit.es.md", "desk/es/port-audit/"),
        ("port-audit.en.md", "port-audit.ES.md", "desk/es/port-audit/"),
        ("news/port-audit/index.md", "news/port-audit/index.es.md", "desk/es/news/port-audit/"),
        ("port-audit.md", "es/port-audit.md", "desk/es/port-audit/"),
        ("en/news/port-audit.md", "es/news/port-audit.md", "desk/es/news/port-audit/"),
        ("news/en/port-audit.md", "news/es/2026-11-05-port-audit.md", "desk/news/es/port-audit/"),
    ],
)
def test_the_names_of_files_say_their_languages_and_what_translates_what(
    desk: Folder, english: str, spanish: str, address: str
) -> None:
    desk.publication = BILINGUAL
    desk.has(english, title="Port audit")
    desk.has(spanish, title="Auditoría")

    one, other = sorted(desk.collects().articles, key=lambda article: article.language)

    assert [(article.title, article.language) for article in (one, other)] == [
        ("Port audit", "en"),
        ("Auditoría", "es"),
    ]
    assert other.url == f"{LINK}{address}"
    assert (one.translations, other.translations) == ({"es": other.url}, {"en": one.url})


def test_a_key_makes_translations_of_files_with_different_names(desk: Folder) -> None:
    desk.publication = BILINGUAL
    desk.has("port-audit.md", translationKey="audit")
    desk.has("auditoria.md", lang="es", translationKey="audit")

    translations = [article.translations for article in desk.collects().articles]

    assert translations == [{"en": AUDIT}, {"es": f"{LINK}desk/auditoria/"}]


def test_translations_may_be_named_by_their_addresses(desk: Folder) -> None:
    desk.publication = BILINGUAL
    desk.has("port-audit.md", translations={"es": "/auditoria/", "pt-br": "https://estuary.example.org/pt/"})
    desk.has("river-mouth.md", translations=[{"lang": "es", "url": "/boca/"}, {"lang": "fr"}, "x"])

    first, second = desk.collects().articles

    assert first.translations == {"es": f"{LINK}auditoria/", "pt": f"{LINK}pt/"}
    assert second.translations == {"es": f"{LINK}boca/"}


def test_a_text_is_given_again_when_a_translation_comes_and_goes(desk: Folder) -> None:
    desk.publication = BILINGUAL
    desk.has("port-audit.md")
    alone = desk.collects()
    desk.has("port-audit.es.md", title="Auditoría")
    both = desk.collects(alone.memory)
    desk.removes("port-audit.es.md")

    after = desk.collects(both.memory)

    assert sorted(both.titles()) == ["Auditoría", "Port audit"]
    assert (after.titles(), after.only().translations) == (["Port audit"], {})


def test_a_part_of_a_name_that_is_no_language_of_the_publication_says_none(desk: Folder) -> None:
    desk.has("report.v2.md")
    desk.has("it/port-audit.fr.md")

    articles = desk.collects().articles

    assert {article.language for article in articles} == {"en"}
    assert [article.url for article in articles] == [f"{LINK}desk/it/port-audit.fr/", f"{LINK}desk/report.v2/"]


def test_a_category_says_the_language_where_nothing_else_does(desk: Folder) -> None:
    desk.publication = BILINGUAL
    desk.has("port-audit.md", categories=["Noticias"])
    desk.has("river-mouth.md", categories=["Noticias"], lang="en")

    languages = [one.language for one in desk.collects(language_categories={"es": ("Noticias",)}).articles]

    assert languages == ["es", "en"]


def test_a_file_that_is_renamed_is_the_article_it_was(desk: Folder) -> None:
    desk.has("port-audti.md")
    desk.has("river-mouth.md", title="River mouth")
    memory = desk.collects().memory
    (desk.path / "port-audti.md").rename(desk.path / "port-audit.md")

    renamed = desk.collects(memory)

    assert renamed.moved == {f"{LINK}desk/port-audti/": f"{LINK}desk/port-audit/"}
    assert desk.collects(renamed.memory).moved == {}


def test_a_file_that_is_published_at_another_address_is_the_article_it_was(desk: Folder) -> None:
    desk.has("port-audit.md", slug="port-audti")
    memory = desk.collects().memory
    desk.has("port-audit.md")

    assert desk.collects(memory).moved == {f"{LINK}desk/port-audti/": f"{LINK}desk/port-audit/"}


def test_a_file_that_is_copied_moves_nothing(desk: Folder) -> None:
    desk.has("port-audit.md")
    memory = desk.collects().memory
    desk.has("port-audit-2.md")

    assert desk.collects(memory).moved == {}


def test_what_was_said_of_a_file_is_settled_when_it_is_read_or_gone(desk: Folder) -> None:
    desk.writes("port-audit.md", "# Nothing but words\n")
    desk.writes("river-mouth.md", "# Nothing but words\n")
    memory = desk.collects().memory
    desk.has("port-audit.md")
    desk.removes("river-mouth.md")

    assert desk.collects(memory).settled == ["port-audit.md", "river-mouth.md"]
