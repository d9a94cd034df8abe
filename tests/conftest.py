"""What every test can count on: a known environment, and real programs or a clear skip."""

import gc
import os
import shutil
import signal
import tempfile
from collections.abc import Iterator
from pathlib import Path

import hypothesis
import pytest

from publisher.store import Store, open_store
from tests import postgres
from tests.deliver.zones import Zones, zones

# A busy machine is slow, not wrong.
EXAMPLES = int(os.environ.get("EXAMPLES", "25"))
hypothesis.settings.register_profile("patient", deadline=None, max_examples=EXAMPLES)
hypothesis.settings.load_profile("patient")

# A shell lets what it starts in the background ignore an interrupt; programs that the tests start would inherit that.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_runtest_setup(item: pytest.Item) -> None:
    for marker in item.iter_markers("needs"):
        missing = [program for program in marker.args if not _is_here(program)]
        if missing and os.environ.get("CI"):
            pytest.fail(f"needs {', '.join(missing)}, which .ci/run should have installed", pytrace=False)
        if missing:
            pytest.skip(f"needs {', '.join(missing)}")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let the slowest files begin first, so that no processor waits for the last of them."""
    items.sort(key=lambda item: ("system" not in item.path.parts, "tasks" not in item.path.parts))


def pytest_collection_finish() -> None:
    """Look for garbage in what tests leave alone: what was imported and collected stays to the end."""
    gc.collect()
    gc.freeze()


def _is_here(program: str) -> bool:
    return Path(program).exists() if program.startswith("/") else shutil.which(program) is not None


@pytest.fixture(autouse=True)
def _no_settings_from_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in list(os.environ):
        if name.startswith("PUBLISHER_"):
            monkeypatch.delenv(name)


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    if not postgres.INSTALLED:
        (pytest.fail if os.environ.get("CI") else pytest.skip)("needs postgresql")
    with tempfile.TemporaryDirectory() as folder, postgres.server(Path(folder)) as url:
        yield url


@pytest.fixture(scope="session")
def databases(postgres_url: str) -> postgres.Databases:
    return postgres.Databases(postgres_url)


@pytest.fixture(scope="session")
def made_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database file with our tables and nothing in them; a copy takes a tenth of the time of making one."""
    file = tmp_path_factory.mktemp("made") / "publisher.db"
    open_store(f"sqlite:///{file}").close()
    return file


@pytest.fixture(scope="session")
def made_database(databases: postgres.Databases) -> str:
    """The name of a database with our tables and nothing in them."""
    url = databases.create()
    open_store(url).close()
    return url.rpartition("/")[2]


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of a database without any table, of each kind in turn."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'publisher.db'}"
    created: str = request.getfixturevalue("databases").create()
    return created


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of a database with our tables, not to be changed, and nothing in them; of each kind in turn."""
    if request.param == "sqlite":
        shutil.copy(request.getfixturevalue("made_file"), tmp_path / "publisher.db")
        yield f"sqlite:///{tmp_path / 'publisher.db'}"
    else:
        databases: postgres.Databases = request.getfixturevalue("databases")
        with databases.lent(request.getfixturevalue("made_database")) as url:
            yield url


@pytest.fixture
def store(database_url: str) -> Iterator[Store]:
    """An empty store, over each database in turn."""
    opened = open_store(database_url)
    yield opened
    opened.close()


@pytest.fixture
def zone() -> Iterator[Zones]:
    """A name server that knows nothing yet."""
    with zones() as running:
        yield running
