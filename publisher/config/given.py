"""What was given, by the file and by variables over it, and where each value of it stands."""

import json
import re
from collections.abc import Mapping
from pathlib import Path as FilePath
from typing import Any

from publisher.config import environment
from publisher.config.document import parse, read_text
from publisher.config.positions import Path, lines_of_keys


class Given:
    """The values of a config before they are checked. A mistake in one of them is named by its place and name."""

    def __init__(self, file: FilePath, variables: Mapping[str, str]) -> None:
        text = read_text(file)
        written = parse(text, file)
        self._file = file
        self._lines = lines_of_keys(text)
        self._of_variables = environment.values_in(variables)
        self._variables = {environment.path_of(name): name for name in sorted(variables, reverse=True)}
        self.values = _over(written, self._of_variables)

    def variable(self, path: Path) -> str | None:
        """Give the variable that the value at a path came from; None when it came from the file."""
        value: Any = self._of_variables
        for part in path:
            if not isinstance(value, dict):
                break
            if part not in value:
                return None
            value = value[part]
        folded = tuple(part.lower() if isinstance(part, str) else part for part in path)
        for length in range(len(folded), 0, -1):
            if folded[:length] in self._variables:
                return self._variables[folded[:length]]
        return next((name for of, name in self._variables.items() if of[: len(folded)] == folded), None)

    def place(self, path: Path) -> str:
        """Give the variable, or the file and line, where the value at a path stands or belongs."""
        variable = self.variable(path)
        if variable:
            return variable
        for length in range(len(path), 0, -1):
            if path[:length] in self._lines:
                return f"{self._file}:{self._lines[path[:length]]}"
        return str(self._file)

    def name(self, path: Path) -> str:
        """Give the name of a path: tables in a list go by their key or name, other items count from 1."""
        names = []
        value: Any = self.values
        for part in path:
            try:
                value = value[part]
            except (KeyError, IndexError, TypeError):
                value = None
            if isinstance(part, int):
                named = value.get("key", value.get("name")) if isinstance(value, dict) else None
                names.append(_written(named) if isinstance(named, str) and named.strip() else str(part + 1))
            elif part:
                names.append(part if re.fullmatch(r"[\w-]+", part) else json.dumps(part))
        return ".".join(names)


def _written(name: str) -> str:
    return name if name.isprintable() else json.dumps(name)


def _over(below: dict[str, Any], above: Mapping[str, Any]) -> dict[str, Any]:
    merged = dict(below)
    for key, value in above.items():
        under = merged.get(key)
        merged[key] = _over(under, value) if isinstance(under, dict) and isinstance(value, dict) else value
    return merged
