"""A sending that is broken in every way loses nobody; `bench.crash` breaks it more often, and more of it."""

from pathlib import Path

import pytest

from bench import crash


@pytest.mark.parametrize(
    ("way", "database_url"),
    [
        (crash.server_killed, "sqlite"),
        (crash.bad_server, "postgresql"),
        (crash.two_senders, "postgresql"),
        (crash.clock_set_back, "sqlite"),
    ],
    indirect=["database_url"],
)
def test_nobody_is_lost_and_no_more_are_repeated_than_were_in_doubt(
    way: crash.Way, tmp_path: Path, database_url: str
) -> None:
    assert "0 lost" in crash.prove(way, tmp_path, database_url, mails=200, times=1)


def test_nobody_is_lost_when_the_disk_is_full(tmp_path: Path, made_file: Path) -> None:
    file = tmp_path / "publisher.db"
    file.write_bytes(made_file.read_bytes())

    assert "0 lost" in crash.prove(crash.full_disk, tmp_path, f"sqlite:///{file}", mails=200, times=1)
