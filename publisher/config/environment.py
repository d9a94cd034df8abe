"""What `PUBLISHER_…` variables say over the file: `PUBLISHER_WEB__PORT` is the key `port` of the table `[web]`.

A variable is a string; numbers and truth values are parsed here, lists and tables as JSON. One that cannot be
parsed stays the string it is, and is refused with the rest of the config, at its key.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import BaseModel, TypeAdapter, ValidationError
from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings, EnvSettingsSource, SettingsConfigDict

from publisher.config.fields import keys_of, table_in
from publisher.config.positions import Path
from publisher.config.whole import Settings

PREFIX = "PUBLISHER_"
_SEPARATOR = "__"


class _Keys(Settings, BaseSettings):
    model_config = SettingsConfigDict(env_prefix=PREFIX, env_nested_delimiter=_SEPARATOR)


class _Source(EnvSettingsSource):
    def __init__(self, variables: Mapping[str, str]) -> None:
        super().__init__(_Keys)
        self.env_vars = {name.lower(): value for name, value in variables.items()}

    def decode_complex_value(self, field_name: str, field: FieldInfo, value: Any) -> Any:
        try:
            return super().decode_complex_value(field_name, field, value)
        except ValueError:
            return value


def values_in(variables: Mapping[str, str]) -> dict[str, Any]:
    """Give what the variables say, in tables as those of the file."""
    return _parsed(_Source(variables)(), Settings)


def path_of(variable: str) -> Path:
    """Give the path a variable stands for; empty when it is none of ours."""
    if not variable.upper().startswith(PREFIX):
        return ()
    return tuple(variable[len(PREFIX) :].lower().split(_SEPARATOR))


def variable_for(path: Path) -> str:
    """Give the name of the variable for a key, or for the list that the key is in."""
    names = []
    for part in path:
        if isinstance(part, int):
            break
        names.append(part)
    return PREFIX + _SEPARATOR.join(names).upper()


def unknown_in(variables: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Find the variables of ours that stand for no table, each with the table it names."""
    for variable in sorted(variables):
        path = path_of(variable)
        if path and path[0] not in keys_of(Settings):
            yield variable, str(path[0])


def _parsed(given: dict[str, Any], table: type[BaseModel]) -> dict[str, Any]:
    keys = keys_of(table)
    return {key: _value(value, keys[key]) if key in keys else value for key, value in given.items()}


def _value(value: Any, field: FieldInfo) -> Any:
    table = table_in(field.annotation)
    if isinstance(value, dict) and table:
        return _parsed(value, table)
    if isinstance(value, list) and table:
        return [_parsed(item, table) if isinstance(item, dict) else item for item in value]
    if isinstance(value, str) and field.annotation in (int, float, bool):
        try:
            return TypeAdapter[Any](field.annotation).validate_python(value)
        except ValidationError:
            return value
    return value
