"""The templates of every mail and page: ours, and over them the newsroom's own, one way to fill them in.

Everything is escaped but in plain text, and a variable that is missing is an error. All templates see `theme`, and
reach nothing of Python: a template that somebody sent to a newsroom reads no file and runs no program.
"""

from collections.abc import Callable, Iterator
from pathlib import Path
from types import TracebackType
from typing import Any

from jinja2 import (
    ChoiceLoader,
    Environment,
    FileSystemLoader,
    StrictUndefined,
    TemplateError,
    TemplateNotFound,
    TemplateSyntaxError,
    select_autoescape,
)
from jinja2.sandbox import ImmutableSandboxedEnvironment

from publisher.config.theme import Theme
from publisher.errors import ConfigError

_INSTALLED = Path(__file__).parent / "templates"
_OURS = _INSTALLED if _INSTALLED.is_dir() else Path(__file__).parents[1] / "templates"
_DEFAULT = Theme()
_FAILURES = (TemplateError, ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError)
"""What a template can fail with."""


def environment(theme: Theme = _DEFAULT, own: Path | None = None) -> Environment:
    """Give the templates, an environment of the caller's own to add filters to.

    A file in the folder `own`, the newsroom's (`Settings.own_templates`), stands for ours of the same path.
    """
    theirs = [_Theirs(own)] if own else []
    made = ImmutableSandboxedEnvironment(
        loader=ChoiceLoader([*theirs, FileSystemLoader(_OURS)]),
        autoescape=select_autoescape(disabled_extensions=("txt",), default=True, default_for_string=True),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.globals["theme"] = theme
    return made


def rendered(environment: Environment, template: str, **view: Any) -> str:
    """Fill a template in.

    Raises:
        ConfigError: when one of the newsroom's own fails, with its file and line. One of ours that fails is a bug.
    """
    try:
        return environment.get_template(template).render(**view)
    except _FAILURES as error:
        place = _place_in_theirs(error)
        if place is None:
            raise
        why = f'there is no template "{error}"' if isinstance(error, TemplateNotFound) else error
        raise ConfigError(
            f"{place}: the template cannot be filled in ({why}); mend it, or take it away so that ours is used"
        ) from error


class _Theirs(FileSystemLoader):
    """The newsroom's own; a file that cannot be read is a mistake in it, and no failure of ours."""

    def get_source(self, environment: Environment, template: str) -> tuple[str, str, Callable[[], bool]]:
        try:
            return super().get_source(environment, template)
        except UnicodeDecodeError as error:
            raise TemplateSyntaxError("it is not text; save it as UTF-8", 1, template, self._file(template)) from error
        except TemplateNotFound:
            raise
        except OSError as error:
            raise TemplateSyntaxError(
                f"it cannot be read: {error.strerror}", 1, template, self._file(template)
            ) from error

    def _file(self, template: str) -> str:
        return str(Path(self.searchpath[0], template))


def _place_in_theirs(error: Exception) -> str | None:
    """Give the file and line of the newsroom's own template that failed; None when all that did are ours."""
    places = list(_places(error.__traceback__))
    if isinstance(error, TemplateSyntaxError) and error.filename:
        places.append((error.filename, error.lineno))
    # Jinja writes the template's own file and line into the traceback; the innermost template is at fault.
    templates = [(file, line) for file, line in places if not file.endswith(".py") and Path(file).is_file()]
    if not templates or Path(templates[-1][0]).is_relative_to(_OURS):
        return None
    return "{}:{}".format(*templates[-1])


def _places(traceback: TracebackType | None) -> Iterator[tuple[str, int]]:
    while traceback is not None:
        yield traceback.tb_frame.f_code.co_filename, traceback.tb_lineno
        traceback = traceback.tb_next
