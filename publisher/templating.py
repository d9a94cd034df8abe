"""The templates of every mail and page: one folder, one way to fill them in.

Everything is escaped but in plain text, and a variable that is missing is an error.
"""

from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

_INSTALLED = Path(__file__).parent / "templates"
_FOLDER = _INSTALLED if _INSTALLED.is_dir() else Path(__file__).parents[1] / "templates"


def environment() -> Environment:
    """Give the templates, an environment of the caller's own to add filters to."""
    return Environment(
        loader=FileSystemLoader(_FOLDER),
        autoescape=select_autoescape(disabled_extensions=("txt",), default=True, default_for_string=True),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
