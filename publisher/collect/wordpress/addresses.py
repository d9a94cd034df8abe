"""Where the newest posts stood when they were listed last: a post keeps its number when its address changes."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from publisher.collect.wordpress import post, walk
from publisher.collect.wordpress.api import Page, Post

_NAME = "links"


@dataclass(slots=True)
class Addresses:
    """The addresses of posts by their keys: as they were `known`, and as this run finds them `listed`."""

    known: dict[str, str]
    listed: dict[str, str] = field(default_factory=dict)
    misses_a_list: bool = False

    @classmethod
    def read(cls, values: Mapping[str, str]) -> "Addresses":
        """Read what the memory has of them."""
        lines = (line.split(" ") for line in values.get(_NAME, "").split("\n"))
        return cls({parts[0]: parts[1] for parts in lines if len(parts) == 2})

    def values(self) -> dict[str, str]:
        """Give what the memory keeps."""
        written = "\n".join(f"{key} {address}" for key, address in sorted(self.known.items()))
        return {_NAME: written} if written else {}

    def before(self, found: Post) -> str:
        """Give the address that a post had, if it has another one now; else nothing."""
        known, now = self.known.get(walk.key(found), ""), post.public_address(found)
        return known if now and now != known else ""

    def note(self, given: Iterable[Post]) -> None:
        """Note that posts were given at the addresses they have."""
        self.known.update({key: now for key, now in _written(given) if key in self.known})

    def see(self, newest: Page | None) -> None:
        """Look at a list of the newest posts; None: it could not be read."""
        self.misses_a_list = self.misses_a_list or newest is None
        self.listed.update(_written(newest.posts if newest else ()))

    def settle(self) -> None:
        """Keep the newest posts and no others, where all lists were read."""
        if not self.misses_a_list:
            self.known = self.listed


def _written(posts: Iterable[Post]) -> Iterator[tuple[str, str]]:
    for found in posts:
        key, address = walk.key(found), post.public_address(found)
        if address and len(key.split()) == 1:
            yield key, address
