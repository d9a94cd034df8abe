"""What every table of the config has in common: unknown keys are errors, and secrets may come from files."""

import json
from contextvars import ContextVar
from pathlib import Path

from pydantic import BaseModel, ConfigDict, SecretStr
from pydantic_core import PydanticCustomError

MISTAKE = "mistake"
"""The type of the errors that `mistake_at` makes."""

config_folder: ContextVar[Path] = ContextVar("config_folder", default=Path())
"""Where the config that is being read stands; its relative paths count from there."""


def mistake_at(key: str, words: str) -> PydanticCustomError:
    """Make the error of a table that is wrong at one of its keys."""
    return PydanticCustomError(MISTAKE, "{words}", {"words": words, "key": key})


class Table(BaseModel):
    """A table of the config: an unknown key is an error."""

    model_config = ConfigDict(extra="forbid", frozen=True, validate_default=True)


def secret_of(given: SecretStr | None, path: Path | None, key: str) -> SecretStr | None:
    """Give the secret of a table: the one given at `key`, else what the file at `path` holds."""
    if path is None or given is not None:
        return given
    shown = json.dumps(str(path), ensure_ascii=False)
    try:
        secret = (config_folder.get() / path).read_text(encoding="utf-8").strip()
    except UnicodeDecodeError:
        raise mistake_at(f"{key}_file", f"{shown} is not text; write the {key} alone into it, as UTF-8") from None
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or error
        raise mistake_at(f"{key}_file", f"{shown} cannot be read ({why}); create it or give the {key}") from None
    if not secret:
        raise mistake_at(f"{key}_file", f"{shown} is empty; write the {key} into it")
    return SecretStr(secret)
