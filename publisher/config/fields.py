"""What the config's types say about a path: which table it is in, which keys that has, what stands at it."""

from typing import Any, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from publisher.config.positions import Path


def keys_of(table: type[BaseModel]) -> dict[str, FieldInfo]:
    """Give the keys of a table as they are written, with what each may be."""
    return {field.alias or name: field for name, field in table.model_fields.items()}


def table_in(annotation: Any) -> type[BaseModel] | None:
    """Find the table that a key holds: once, or many of it."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((found for argument in get_args(annotation) if (found := table_in(argument))), None)


def field_at(whole: type[BaseModel], path: Path) -> FieldInfo | None:
    """Find the key a path leads to, or the last one on the way whose value is no table."""
    table: type[BaseModel] | None = whole
    field: FieldInfo | None = None
    for part in path:
        if isinstance(part, str) and table is not None:
            field = keys_of(table).get(part)
            table = table_in(field.annotation) if field else None
    return field


def is_list(field: FieldInfo) -> bool:
    """Tell whether a key holds a list."""
    return get_origin(field.annotation) is tuple


def is_per_language(annotation: Any) -> bool:
    """Tell whether a key holds a text for each language."""
    return get_origin(annotation) is dict and get_args(annotation)[0] is str


def header(whole: type[BaseModel], path: Path) -> str | None:
    """Give the header of the table at a path, as `[delivery.smtp]` or `[[sources]]`; None where no table stands."""
    field = field_at(whole, path)
    if field is None or table_in(field.annotation) is None:
        return None
    name = ".".join(part for part in path if isinstance(part, str))
    return f"[[{name}]]" if is_list(field) else f"[{name}]"
