"""The config as it is shipped, and the type of the fixture that tells what is wrong with a changed one."""

from collections.abc import Callable
from pathlib import Path

SHIPPED_PATH = Path(__file__).parents[2] / "config.toml"
SHIPPED = SHIPPED_PATH.read_text(encoding="utf-8")

Told = Callable[..., list[str]]
