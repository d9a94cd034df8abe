"""The reference of the config, in Markdown, made from its own types: `make docs` writes it to `docs/config.md`."""

from collections.abc import Iterator
from types import UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from publisher.config.environment import PREFIX
from publisher.config.fields import is_per_language, keys_of, table_in
from publisher.config.whole import Settings

_INTRODUCTION = f"""# Config reference

Every key of `config.toml`. It is made from the config's own types by `make docs`; do not edit it by hand.

Any key can be set from the environment: `{PREFIX}` and its path with `__` between the parts, as
`{PREFIX}DATABASE__URL`. A list is set as a whole, as JSON: `{PREFIX}PUBLICATION__LANGUAGES='["en"]'`, and so are
`[[sources]]` and `[[newsletters]]`. A text "for each language" is one string for all, or a table such as
`{{ en = "News", es = "Noticias" }}`.
"""


def markdown() -> str:
    """Give the whole reference."""
    return _INTRODUCTION + "".join(_tables(Settings, ""))


def _tables(model: type[BaseModel], path: str) -> Iterator[str]:
    inner = [(name, field, table_in(field.annotation)) for name, field in keys_of(model).items()]
    rows = [_row(name, field) for name, field, table in inner if table is None]
    if rows:
        yield "| key | is | default | meaning |\n| --- | --- | --- | --- |\n" + "".join(rows)
    for name, field, table in inner:
        if table is not None:
            here = f"{path}.{name}".lstrip(".")
            header = f"[[{here}]]" if get_origin(field.annotation) is tuple else f"[{here}]"
            yield f"\n## `{header}`\n\n{(table.__doc__ or '').strip()}\n\n"
            yield from _tables(table, here)


def _row(name: str, field: FieldInfo) -> str:
    default = "required" if field.is_required() else _default(field)
    return f"| `{name}` | {_kind(field.annotation)} | {default} | {field.description or ''} |\n"


def _default(field: FieldInfo) -> str:
    value = field.default
    if value in (None, PydanticUndefined, (), {}, ""):
        return "none"
    return f"`{list(value) if isinstance(value, tuple) else value}`"


def _kind(annotation: Any) -> str:
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin is Literal:
        return ", ".join(f"`{argument}`" for argument in arguments)
    if origin in (Union, UnionType):
        return _kind(next(argument for argument in arguments if argument is not type(None)))
    if origin is tuple:
        return f"list of {_kind(arguments[0])}"
    if origin is dict:
        return "text for each language" if is_per_language(annotation) else f"{_kind(arguments[1])} for each name"
    if origin is Annotated:
        return _kind(arguments[0])
    names = {
        "str": "text",
        "int": "number",
        "float": "number",
        "bool": "true or false",
        "SecretStr": "secret",
    }
    return names.get(annotation.__name__, str(annotation.__name__).lower())


if __name__ == "__main__":
    print(markdown(), end="")
