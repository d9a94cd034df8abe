"""Reads the config: the file, then the environment over it; every mistake named at once, each at its line."""

import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

from publisher.config import environment
from publisher.config.checks import disagreements
from publisher.config.fields import keys_of
from publisher.config.given import Given
from publisher.config.mistakes import mistakes_in, nearest
from publisher.config.table import config_folder
from publisher.config.whole import Settings
from publisher.errors import ConfigError


def load(path: Path, variables: Mapping[str, str] | None = None) -> Settings:
    """Read the config at `path`, and over it the environment's `variables`; without them, those of the process.

    Raises:
        ConfigError: with one line for each mistake: file, line, key, what was found, what is expected.
    """
    variables = os.environ if variables is None else variables
    given = Given(path, variables)
    unknown = list(_unknown_variables(variables))
    outer = config_folder.set(path.absolute().parent)
    try:
        settings, sound = Settings.model_validate(given.values), set(Settings.model_fields)
        found = []
    except ValidationError as error:
        found = list(mistakes_in(error.errors(), given))
        settings, sound = _as_far_as_sound(given.values, error)
    finally:
        config_folder.reset(outer)
    found += disagreements(settings, sound)
    mistakes = unknown + [f"{given.place(one.path)}: {given.name(one.path)}: {one.words}" for one in found]
    if mistakes:
        raise ConfigError("\n".join(mistakes))
    return settings


def _as_far_as_sound(values: dict[str, Any], error: ValidationError) -> tuple[Settings, set[str]]:
    """Give the settings of those tables that have no mistake in themselves, and the tables' names."""
    wrong = {str(detail["loc"][0]) for detail in error.errors()}
    sound = {name: field for name, field in Settings.model_fields.items() if name not in wrong}
    tables = {
        name: TypeAdapter[Any](field.rebuild_annotation()).validate_python(values[name])
        for name, field in sound.items()
        if name in values
    }
    return Settings.model_construct(**tables), set(sound)


def _unknown_variables(variables: Mapping[str, str]) -> Iterator[str]:
    known = [environment.variable_for((name,)) for name in keys_of(Settings)]
    for variable, table in environment.unknown_in(variables):
        yield f"{variable}: is not a key of the config; {nearest(environment.variable_for((table,)), known)}"
