"""Reads the config: the file, then the environment over it; every mistake named at once, each at its line."""

import difflib
import json
import os
import tomllib
from collections.abc import Iterator, Mapping
from contextvars import ContextVar
from pathlib import Path
from types import MappingProxyType
from typing import Any, Self

from pydantic import BaseModel, Field, SecretStr, ValidationError, model_validator
from pydantic_core import ErrorDetails
from pydantic_settings import (
    BaseSettings,
    EnvSettingsSource,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    SettingsError,
)

from publisher.config.positions import lines_of_keys
from publisher.config.settings import (
    ALL,
    REPUBLISH,
    Appeal,
    Database,
    DeliverySettings,
    Engine,
    Feeds,
    Fetch,
    License,
    Newsletter,
    Publication,
    ScheduleSettings,
    Source,
    Web,
    config_folder,
)
from publisher.errors import ConfigError

PREFIX = "PUBLISHER_"
_environment: ContextVar[Mapping[str, str]] = ContextVar("_environment", default=MappingProxyType({}))


class Settings(BaseSettings):
    """The whole config. Relative paths in it count from `folder`, where the file stands."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, env_nested_delimiter="__", extra="forbid", frozen=True, validate_default=True
    )

    publication: Publication
    database: Database = Database()
    sources: tuple[Source, ...] = Field(min_length=1)
    license: License
    appeal: Appeal
    newsletters: tuple[Newsletter, ...] = Field(min_length=1)
    delivery: DeliverySettings
    feeds: Feeds = Feeds()
    web: Web
    fetch: Fetch = Fetch()
    schedule: ScheduleSettings = ScheduleSettings()
    engine: Engine = Engine()
    folder: Path = Field(default=Path(), exclude=True)

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],  # noqa: ARG003 - pydantic-settings passes all five by name
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - pydantic-settings passes all five by name
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - pydantic-settings passes all five by name
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """The environment wins over the file: the one that `load` was given."""
        if isinstance(env_settings, EnvSettingsSource):
            env_settings.env_vars = {name.lower(): value for name, value in _environment.get().items()}
        return env_settings, init_settings

    @model_validator(mode="after")
    def _names_are_unique(self) -> Self:
        for what, names in (
            ("sources", [source.name for source in self.sources]),
            ("newsletters", [newsletter.key for newsletter in self.newsletters]),
        ):
            twice = {name for name in names if names.count(name) > 1}
            if twice:
                raise ValueError(f'{what} has "{min(twice)}" twice; give each its own')
        return self

    @model_validator(mode="after")
    def _every_feed_has_its_address(self) -> Self:
        newsletters = {newsletter.key for newsletter in self.newsletters}
        for newsletter in self.newsletters:
            keys = [newsletter.key, *(section.key for section in newsletter.sections)]
            taken = next((key for key in keys if key in {ALL, REPUBLISH}), "") or next(
                (key for key in keys[1:] if key in newsletters), ""
            )
            if taken:
                raise ValueError(
                    f'newsletters.{newsletter.key}: the key "{taken}" names another feed; give another key'
                )
        return self

    @model_validator(mode="after")
    def _every_language_has_its_words(self) -> Self:
        for path, texts in _texts(self):
            missing = [
                language for language in self.publication.languages if "" not in texts and not texts.get(language)
            ]
            if texts and missing:
                raise ValueError(f'{path} has no text for "{missing[0]}"; add {missing[0]} = "…"')
        for newsletter in self.newsletters:
            unknown = set(newsletter.languages) - set(self.publication.languages)
            if unknown:
                raise ValueError(
                    f'newsletters.{newsletter.key}.languages has "{min(unknown)}", which publication.languages '
                    "has not; add it there"
                )
        return self

    @model_validator(mode="after")
    def _one_click_needs_https(self) -> Self:
        if self.delivery.transport == "smtp" and not self.web.base_url.startswith("https://"):
            raise ValueError(
                f'web.base_url "{self.web.base_url}" is no https address; the one-click link of RFC 8058 needs one, so '
                "put a web server with TLS in front before mail leaves by SMTP"
            )
        return self

    def newsletter(self, key: str) -> Newsletter | None:
        """Find a newsletter by its key."""
        return next((newsletter for newsletter in self.newsletters if newsletter.key == key), None)

    def languages_of(self, newsletter: Newsletter) -> tuple[str, ...]:
        """Give the languages a newsletter appears in."""
        return newsletter.languages or self.publication.languages

    def path(self, relative: Path) -> Path:
        """Give a path of the config as a path to open."""
        return self.folder / relative

    @property
    def database_url(self) -> str:
        """The database's URL with a relative SQLite path made absolute."""
        scheme, separator, path = self.database.url.partition(":///")
        if scheme != "sqlite" or not path or path == ":memory:":
            return self.database.url
        return f"{scheme}{separator}{(self.folder / path).absolute()}"


def _texts(value: BaseModel, path: str = "") -> Iterator[tuple[str, dict[str, str]]]:
    for name, field in type(value).model_fields.items():
        found, where = getattr(value, name), f"{path}.{name}".lstrip(".")
        if isinstance(found, BaseModel):
            yield from _texts(found, where)
        elif isinstance(found, tuple):
            for item in found:
                if isinstance(item, BaseModel):
                    yield from _texts(item, f"{where}.{getattr(item, 'key', getattr(item, 'name', ''))}")
        elif isinstance(found, dict) and field.annotation == dict[str, str]:
            yield where, found


def load(path: Path, environment: Mapping[str, str] | None = None) -> Settings:
    """Read the config at `path`, and over it `environment`; without one, that of the process.

    Raises:
        ConfigError: with one line for each mistake: file, line, key, what was found, what is expected.
    """
    variables = os.environ if environment is None else environment
    try:
        text = path.read_text(encoding="utf-8")
        given = tomllib.loads(text)
    except OSError as error:
        raise ConfigError(
            f"{path}: cannot be read ({error.strerror}); name the config with --config, or copy the shipped config.toml"
        ) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path}: is not TOML: {error}") from error
    mistakes = list(_unknown_variables(variables))
    folder = path.absolute().parent
    outer, around = config_folder.set(folder), _environment.set(variables)
    try:
        settings = Settings(**{**given, "folder": folder})
    except ValidationError as error:
        details = _without_echoes(error.errors())
        mistakes += [_sentence(detail, path, given, lines_of_keys(text), variables) for detail in details]
    except SettingsError as error:
        mistakes.append(f"{error}; a table or a list is given to a variable as JSON")
    finally:
        config_folder.reset(outer)
        _environment.reset(around)
    if mistakes:
        raise ConfigError("\n".join(mistakes))
    return settings


def _without_echoes(details: list[ErrorDetails]) -> list[ErrorDetails]:
    """Leave out what pydantic says of a list only because an item of it was already refused."""
    return [
        detail
        for detail in details
        if detail["type"] != "too_short"
        or not any(other["loc"][: len(detail["loc"])] == detail["loc"] for other in details if other is not detail)
    ]


def _unknown_variables(variables: Mapping[str, str]) -> Iterator[str]:
    known = [name for name in Settings.model_fields if name != "folder"]
    for variable in sorted(variables):
        if variable.upper().startswith(PREFIX):
            table = variable[len(PREFIX) :].partition("__")[0].lower()
            if table not in known:
                yield f"{variable}: is not a key of the config{_nearest(table, known, PREFIX, str.upper)}"


def _nearest(word: str, known: list[str], prefix: str = "", spell: Any = str) -> str:
    close = difflib.get_close_matches(word, known, n=1, cutoff=0.5)
    return f'; did you mean "{prefix}{spell(close[0])}"?' if close else f"; expected one of {', '.join(known)}"


def _sentence(
    detail: ErrorDetails,
    path: Path,
    given: dict[str, Any],
    lines: dict[tuple[str | int, ...], int],
    variables: Mapping[str, str],
) -> str:
    location = detail["loc"]
    place = _place(location, path, lines, variables)
    name = _name(location, given)
    kind = detail["type"]
    if kind == "extra_forbidden":
        *parent, key = location
        return f"{place}: {name}: is not a key{_nearest(str(key), _keys_of(tuple(parent)))}"
    if kind == "missing":
        return f"{place}: {name}: is missing; add it"
    message = detail["msg"].removeprefix("Value error, ")
    if kind == "value_error" and location and isinstance(detail["input"], str):
        return f'{place}: {name}: "{detail["input"]}" {message}'
    if kind == "value_error":
        return f"{place}: {f'{name}: ' if name else ''}{message}"
    return f"{place}: {name}: found {_shown(detail['input'])}; {message[:1].lower()}{message[1:]}"


def _shown(value: Any) -> str:
    if isinstance(value, SecretStr):
        return "a secret"
    text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= 60 else text[:57] + "…"


def _place(
    location: tuple[str | int, ...],
    path: Path,
    lines: dict[tuple[str | int, ...], int],
    variables: Mapping[str, str],
) -> str:
    for length in range(len(location), 0, -1):
        variable = PREFIX + "__".join(str(part) for part in location[:length]).upper()
        if variable in variables:
            return variable
        if location[:length] in lines:
            return f"{path}:{lines[location[:length]]}"
    return str(path)


def _name(location: tuple[str | int, ...], given: dict[str, Any]) -> str:
    names: list[str] = []
    value: Any = given
    for part in location:
        try:
            value = value[part]
        except (KeyError, IndexError, TypeError):
            value = None
        if isinstance(part, int):
            named = value.get("key", value.get("name")) if isinstance(value, dict) else None
            names.append(str(named or part + 1))
        else:
            names.append(part)
    return ".".join(names)


def _keys_of(location: tuple[str | int, ...]) -> list[str]:
    model: type[BaseModel] = Settings
    for part in location:
        if isinstance(part, str):
            model = next(
                (_model_in(field.annotation) or model)
                for name, field in model.model_fields.items()
                if part in (name, field.alias)
            )
    return [field.alias or name for name, field in model.model_fields.items() if name != "folder"]


def _model_in(annotation: Any) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next(filter(None, map(_model_in, getattr(annotation, "__args__", ()))), None)
