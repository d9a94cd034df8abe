"""Subscribers come in with their consent, stay out when they left, and are gone when they say so."""

from pathlib import Path

import pytest

from publisher.errors import UsageError
from publisher.tasks import importing, subscribing
from publisher.tasks.importing import ImportAccount
from tests.tasks.conftest import WEEKLY, Newsroom

CONSENT = "web form, May 2026"


def imported(newsroom: Newsroom, folder: Path, table: str | bytes, language: str | None = None) -> ImportAccount:
    file = folder / "readers.csv"
    file.write_bytes(table.encode() if isinstance(table, str) else table)
    return importing.import_csv(newsroom.store, newsroom.settings, file, WEEKLY, CONSENT, newsroom.now, language)


def test_each_row_becomes_a_subscription_with_its_consent(newsroom: Newsroom, tmp_path: Path) -> None:
    account = imported(
        newsroom,
        tmp_path,
        "Email,Name,Language,Tags\nbruno@example.org,Bruno Vela,es,donor; reader\nana@example.org,,,\n",
    )

    assert account.outcomes == {"new": 2}
    bruno = subscribing.show(newsroom.store, "bruno@example.org")
    assert (bruno["name"], bruno["language"], bruno["tags"]) == ("Bruno Vela", "es", ["donor", "reader"])
    assert bruno["subscriptions"][0]["consent"] == CONSENT
    assert subscribing.show(newsroom.store, "ana@example.org")["language"] == "en"


@pytest.mark.parametrize(
    ("table", "language"),
    [("email,language\na@example.org,ES\n", "es"), ("sep=;\r\nemail;language\r\na@example.org;es-CO\r\n", "es")],
)
def test_a_language_is_understood_as_people_write_it(
    newsroom: Newsroom, tmp_path: Path, table: str, language: str
) -> None:
    assert imported(newsroom, tmp_path, table).outcomes == {"new": 1}
    assert subscribing.show(newsroom.store, "a@example.org")["language"] == language


def test_values_that_have_no_column_are_not_lost_in_silence(newsroom: Newsroom, tmp_path: Path) -> None:
    account = imported(newsroom, tmp_path, "email;tags\na@example.org;reader;donor\nb@example.org;donor;\n")

    assert account.outcomes == {"new": 1}
    assert 'readers.csv:2: has more values than there are columns, from "donor" on' in account.skipped[0]


def test_importing_again_adds_nobody_twice(newsroom: Newsroom, tmp_path: Path) -> None:
    imported(newsroom, tmp_path, "email\nana@example.org\n")

    assert imported(newsroom, tmp_path, "email\nANA@Example.org\n").outcomes == {"already subscribed": 1}


def test_importing_wakes_nobody_who_left_or_is_suppressed(newsroom: Newsroom, tmp_path: Path) -> None:
    imported(newsroom, tmp_path, "email\nana@example.org\nbruno@example.org\n")
    subscribing.leave(newsroom.store, newsroom.settings, "ana@example.org", WEEKLY, newsroom.now)
    subscribing.suppress(newsroom.store, "bruno@example.org", "by hand", newsroom.now)

    account = imported(newsroom, tmp_path, "email\nana@example.org\nBruno@example.org\n")

    assert account.outcomes == {"left before": 1, "suppressed": 1}


def test_bad_rows_are_named_with_their_line_and_the_rest_is_imported(newsroom: Newsroom, tmp_path: Path) -> None:
    account = imported(
        newsroom,
        tmp_path,
        "email,language\nana@example.org,en\nno address,en\n,en\nbruno@example.org,fr\ncarla@example.org,\n",
    )

    assert account.outcomes == {"new": 2}
    lines = [skipped.rpartition("readers.csv:")[2].partition(":")[0] for skipped in account.skipped]
    assert lines == ["3", "4", "5"]


@pytest.mark.parametrize(
    "table",
    [b"\xef\xbb\xbfemail\r\nana@example.org\r\n", b'"email"\n"ana@example.org"', b"name;email\n;ana@example.org\n"],
)
def test_tables_as_spreadsheets_write_them_are_read(newsroom: Newsroom, tmp_path: Path, table: bytes) -> None:
    assert imported(newsroom, tmp_path, table).outcomes == {"new": 1}


@pytest.mark.parametrize(
    ("table", "said"),
    [
        (b"address\nana@example.org\n", 'has no column "email"'),
        (b"", 'has no column "email"'),
        (b"email\nj\xe9r\xf4me@example.org\n", "is not UTF-8"),
        (b'email,name\na@example.org,"open\nb@example.org,Bo\n', "readers.csv:3: is not CSV"),
        (b"email,Email\na@example.org,b@example.org\n", 'has the column "email" twice'),
    ],
)
def test_a_file_that_is_no_such_table_is_said(newsroom: Newsroom, tmp_path: Path, table: bytes, said: str) -> None:
    with pytest.raises(UsageError, match=said):
        imported(newsroom, tmp_path, table)


def test_without_consent_nobody_is_imported(newsroom: Newsroom, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="--consent"):
        importing.import_csv(newsroom.store, newsroom.settings, tmp_path / "x.csv", WEEKLY, " ", newsroom.now)


def test_a_file_that_is_not_there_is_said(newsroom: Newsroom, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot be read"):
        importing.import_csv(newsroom.store, newsroom.settings, tmp_path / "x.csv", WEEKLY, CONSENT, newsroom.now)


@pytest.mark.parametrize(
    "address",
    [
        "",
        "ana",
        "ana@",
        "@example.org",
        "ana@exa mple.org",
        "a@b@c",
        "a" * 65 + "@example.org",
        "ana@example.org\r\nBcc: x@y.z",
    ],
)
def test_what_is_no_address_is_not_subscribed(newsroom: Newsroom, address: str) -> None:
    with pytest.raises(UsageError, match="is not a mail address"):
        newsroom.subscribes(address)


def test_a_slip_of_the_pen_suppresses_nobody(newsroom: Newsroom) -> None:
    with pytest.raises(UsageError, match="is not a mail address"):
        subscribing.suppress(newsroom.store, "ana.example.org", "by hand", newsroom.now)


def test_erasing_leaves_nothing_to_show(newsroom: Newsroom) -> None:
    newsroom.subscribes("ana@example.org")
    subscribing.erase(newsroom.store, "ana@example.org")

    with pytest.raises(UsageError, match="nothing is stored about"):
        subscribing.show(newsroom.store, "ana@example.org")


def test_who_leaves_by_word_to_a_person_gets_no_more(newsroom: Newsroom) -> None:
    newsroom.publishes("Port audit")
    newsroom.subscribes("ana@example.org", "bruno@example.org")
    subscribing.leave(newsroom.store, newsroom.settings, "Ana@Example.org", WEEKLY, newsroom.now)

    newsroom.sends(newsroom.approves(newsroom.composes()))

    assert newsroom.recipients() == ["bruno@example.org"]


def test_leaving_what_one_never_had_is_said(newsroom: Newsroom) -> None:
    with pytest.raises(UsageError, match="is not subscribed"):
        subscribing.leave(newsroom.store, newsroom.settings, "ana@example.org", WEEKLY, newsroom.now)
