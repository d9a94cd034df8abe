"""Each command does what its name says, prints what others rely on, and ends with the code that says how."""

from dataclasses import replace

import pytest

from publisher.model import Article
from publisher.store import articles, open_store
from tests.cli.conftest import Terminal
from tests.system.desk import FRIDAY

PERIOD = "2026-W47"
CONSENT = ("--newsletter", "the-organization", "--consent", "paper list, May 2026")


def composed(terminal: Terminal) -> list[str]:
    said = terminal.types("issue", "compose", "the-organization", "--period", PERIOD)
    assert said.code == 0
    return said.out.split()


def test_collect_ends_with_an_account_of_each_source(reporting: Terminal) -> None:
    said = reporting.types("collect", "--json")

    assert said.code == 0
    assert [(account["source"], account["failure"]) for account in said.json] == [("site", None), ("feed", None)]
    assert said.json[0]["new"] >= 40


def test_collect_names_the_source_that_fails_and_ends_with_3(reporting: Terminal) -> None:
    config = reporting.folder / "config.toml"
    text = config.read_text(encoding="utf-8")
    config.write_text(text.replace('/feed/"', '/no-feed/"'), encoding="utf-8")

    said = reporting.types("collect")

    assert said.code == 3
    assert 'source "feed": ' in said.err


def test_collect_fails_to_be_tried_later_when_no_source_answers(terminal: Terminal) -> None:
    config = terminal.folder / "config.toml"
    config.write_text(config.read_text(encoding="utf-8").replace("tries = 3", "tries = 1"), encoding="utf-8")

    said = terminal.types("collect")

    assert said.code == 75
    assert 'publisher: source "site": ' in said.err


def test_composing_prints_an_id_for_each_language_and_nothing_else(collected: Terminal) -> None:
    assert composed(collected) == ["1", "2"]


def test_showing_an_issue_gives_each_article_its_section_and_its_reason(collected: Terminal) -> None:
    composed(collected)

    articles = collected.types("issue", "show", "1", "--json").json["articles"]

    assert {"url", "section", "reason"} <= set(articles[0])
    assert articles[0]["reason"] == "lead"
    assert {article["reason"] for article in articles if article["section"] is None} >= {"other language"}


def test_an_issue_goes_from_draft_to_its_last_mail(collected: Terminal) -> None:
    collected.types("subscribers", "add", "ana@example.org", *CONSENT)
    composed(collected)
    assert collected.types("issue", "send", "1").code == 1
    assert collected.types("issue", "approve", "1").code == 0

    said = collected.types("issue", "send", "1")
    status = collected.types("issue", "status", "1", "--json").json

    assert said.code == 0
    assert status == {
        "issue": 1,
        "state": "sent",
        "recipients": 1,
        "queued": 0,
        "sending": 0,
        "sent": 1,
        "deferred": 0,
        "failed": 0,
        "suppressed": 0,
        "uncertain": 0,
        "helpful": 0,
        "unhelpful": 0,
        "rate": None,
        "goes_on": None,
        "refusals": [],
    }
    assert len(list((collected.folder / "outbox").rglob("*.eml"))) == 1


def test_a_preview_prints_the_files_it_wrote(collected: Terminal) -> None:
    composed(collected)

    said = collected.types("issue", "preview", "1", "--to", str(collected.folder / "preview"))

    # Where there is a browser, pictures follow.
    assert [name.rpartition(".")[2] for name in said.out.split()][:4] == ["html", "txt", "html", "eml"]


@pytest.mark.parametrize(
    "command", [("issue", "list"), ("articles", "list"), ("issue", "show", "1"), ("issue", "status", "1")]
)
def test_what_lists_is_for_people_and_with_json_for_machines(collected: Terminal, command: tuple[str, ...]) -> None:
    composed(collected)

    assert collected.types(*command).code == 0
    assert collected.types(*command, "--json").json


def test_a_list_shows_titles_as_they_are_and_addresses_whole(terminal: Terminal) -> None:
    url = "https://estuary.example.org/" + "a-long-way-down-the-coast-" * 5
    article = Article(url, "en", "[red]Port[/red] [audit]", FRIDAY, FRIDAY, "site")
    store = open_store(f"sqlite:///{terminal.folder}/publisher.db")
    with store.writing() as transaction:
        articles.keep(transaction, [(article, article)], FRIDAY)
    store.close()

    said = terminal.types("articles", "list").out

    assert "[red]Port[/red] [audit]" in said
    assert url in said


def test_an_article_shows_what_it_was_before_it_changed(terminal: Terminal) -> None:
    article = Article("https://estuary.example.org/a/", "en", "Port audit", FRIDAY, FRIDAY, "site")
    changed = replace(article, title="Port audit, corrected")
    store = open_store(f"sqlite:///{terminal.folder}/publisher.db")
    with store.writing() as transaction:
        for one in (article, changed):
            articles.keep(transaction, [(one, one)], FRIDAY)
    store.close()

    shown = terminal.types("articles", "show", article.url, "--json").json

    assert (shown["title"], shown["revision"]) == ("Port audit, corrected", 2)
    assert [(one["revision"], one["title"]) for one in shown["earlier"]] == [(1, "Port audit")]


def test_an_issue_is_paused_resumed_and_cancelled(collected: Terminal) -> None:
    composed(collected)

    assert "cannot become paused" in collected.types("issue", "pause", "1").err
    assert collected.types("issue", "cancel", "1").code == 0
    assert collected.types("issue", "list", "--json").json[0]["state"] in ("cancelled", "draft")


def test_an_article_is_shown_taken_back_and_handed_out_no_more(collected: Terminal) -> None:
    url = collected.types("articles", "list", "--json").json[0]["url"]
    kit = collected.types("republish", "kit", url)
    assert kit.out.startswith("<article ")
    assert kit.out.count(f'href="{url}"') >= 3

    assert collected.types("articles", "retract", url).code == 0

    assert collected.types("articles", "show", url, "--json").json["retracted"]
    assert collected.types("republish", "kit", url).code == 1


def test_feeds_are_built_and_only_what_changed_is_written(collected: Terminal) -> None:
    first, second = collected.types("feeds", "build"), collected.types("feeds", "build")
    everything = collected.types("feeds", "build", "--all")

    assert "index.html" in first.out
    assert second.out == ""
    assert sorted(everything.out.split()) == sorted(first.out.split())


def test_subscribers_come_in_are_shown_leave_and_are_erased(terminal: Terminal) -> None:
    table = terminal.folder / "people.csv"
    table.write_text("email\nana@example.org\nnot an address\n", encoding="utf-8")

    said = terminal.types("subscribers", "import", str(table), *CONSENT)
    assert said.code == 3
    assert "people.csv:3:" in said.err
    assert terminal.types("subscribers", "show", "ana@example.org").json["email"] == "ana@example.org"
    assert terminal.types("subscribers", "leave", "ana@example.org", "--newsletter", "the-organization").code == 0
    assert terminal.types("subscribers", "export", "ana@example.org").json["subscriptions"][0]["state"] == "left"
    assert terminal.types("subscribers", "suppress", "ana@example.org").code == 0
    assert terminal.types("subscribers", "erase", "ana@example.org").code == 0
    assert terminal.types("subscribers", "show", "ana@example.org").json == {
        "email": "ana@example.org",
        "suppressed": "by hand",
    }


def test_the_schema_is_brought_up_to_date(terminal: Terminal) -> None:
    assert terminal.types("db", "upgrade").code == 0
