"""Building the feeds, told to a program."""

from pathlib import Path

from tests.cli.conftest import Terminal


def test_built_feeds_are_named_as_json(collected: Terminal) -> None:
    first, second = (collected.types("feeds", "build", "--json").json for _ in range(2))

    assert first["written"]
    assert all(Path(file).is_relative_to(first["directory"]) and Path(file).exists() for file in first["written"])
    assert second == {"directory": first["directory"], "written": []}
