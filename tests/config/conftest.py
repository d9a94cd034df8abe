"""The shipped config, changed in one place: what is said of it, without the folder it stands in."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from publisher.config import load
from publisher.errors import ConfigError
from tests.config.shipped import SHIPPED, Told


@pytest.fixture
def told(tmp_path: Path) -> Told:
    """Give the mistakes in the shipped config with `found` replaced by `wrong`, one line each."""

    def _told(found: str = "", wrong: str = "", variables: Mapping[str, str] | None = None) -> list[str]:
        assert found in SHIPPED
        path = tmp_path / "config.toml"
        path.write_text(SHIPPED.replace(found, wrong, 1), encoding="utf-8")
        with pytest.raises(ConfigError) as raised:
            load(path, variables or {})
        return str(raised.value).replace(f"{tmp_path}/", "").split("\n")

    return _told
