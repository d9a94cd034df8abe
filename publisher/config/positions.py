"""Where in a TOML text each key stands: the standard library's parser tells values, not lines."""

import re
import tomllib

_HEADER = re.compile(r"^\s*(\[\[?)\s*([^\]#]+?)\s*(\]\]?)\s*(?:#.*)?$")
_PART = re.compile(r"""\s*(?:"((?:[^"\\]|\\.)*)"|'([^']*)'|([A-Za-z0-9_-]+))\s*(?:\.|$)""")

Path = tuple[str | int, ...]


def _split(dotted: str) -> tuple[str, ...]:
    return tuple(quoted or literal or bare for quoted, literal, bare in _PART.findall(dotted))


def _is_whole(statement: str) -> bool:
    try:
        tomllib.loads(statement)
    except tomllib.TOMLDecodeError:
        return False
    return True


def lines_of_keys(text: str) -> dict[Path, int]:
    """Map the path of each table and key in a valid TOML `text` to its line, from 1.

    A table in an array of tables has its index, from 0, in its path: `("sources", 0, "url")`; the array itself
    stands where its first table does, and so does a table of which only inner tables are written.
    """
    found: dict[Path, int] = {}
    counts: dict[Path, int] = {}
    table: Path = ()
    statement, began = "", 0
    for number, line in enumerate(text.split("\n"), 1):
        if not statement:
            header = _HEADER.match(line)
            if header:
                table = _enter(_split(header[2]), header[1] == "[[", counts)
                found[table] = number
                for length in range(1, len(table)):
                    found.setdefault(table[:length], number)
                continue
            if "=" not in line or line.lstrip().startswith("#"):
                continue
            began = number
        statement += line + "\n"
        if _is_whole(statement):
            path = table + _split(statement.partition("=")[0].strip())
            found.update({path[:length]: began for length in range(len(table) + 1, len(path) + 1)})
            statement = ""
    return found


def _enter(names: tuple[str, ...], is_array: bool, counts: dict[Path, int]) -> Path:
    path: Path = ()
    for depth, name in enumerate(names):
        path += (name,)
        if is_array and depth == len(names) - 1:
            counts[path] = counts.get(path, -1) + 1
        if path in counts:
            path += (counts[path],)
    return path
