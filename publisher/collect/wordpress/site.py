"""What is known of a site beside its posts: where its API is, its lists, its languages, and what was looked up.

The place of the API is remembered, and found anew when nothing comes from there. What posts only name by its id (a
translation, a term, a co-author) is looked up once and kept as long as it is near.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import tzinfo
from functools import partial
from itertools import islice

from publisher.collect.wordpress import find, people, post, terms, tongues, walk
from publisher.collect.wordpress.api import LONG_PAGE, SHORT_PAGE, Api, Lane, NotOrderedByChange, Page, Post
from publisher.config import Publication, Source
from publisher.errors import PublisherError
from publisher.fetch import Door

_MOST_TRANSLATIONS = 200
_MOST_COAUTHORS = 50
"""Names of co-authors asked for in one run, one request each; others are made of their log-in names."""
_ENOUGH_SILENCE = 3
"""Questions for co-authors left without an answer after which no more are asked."""


@dataclass(slots=True)
class Site:
    """One site; `known` is what was remembered of it under the same `terms` of the config."""

    door: Door
    source: Source
    publication: Publication
    terms_of_reading: Mapping[str, str]
    api: Api
    is_remembered: bool = False
    languages: list[str] | None = None
    homes: dict[str, str] = field(default_factory=dict)
    links: walk.Latest[int, str] = field(default_factory=walk.Latest)
    looked_up: walk.Latest[tuple[str, int], terms.Term] = field(default_factory=walk.Latest)
    coauthors: walk.Latest[str, str] = field(default_factory=walk.Latest)

    @classmethod
    def open(
        cls, door: Door, source: Source, publication: Publication, reading: Mapping[str, str], known: Mapping[str, str]
    ) -> "Site":
        """Give the site as it is remembered; else look for its API.

        Raises:
            FarEndError: when there is one, but closed to visitors.
            UnreadableInput: when there is none.
        """
        root = known.get("root", "")
        per_page = SHORT_PAGE if known.get("per_page") == str(SHORT_PAGE) else LONG_PAGE
        api = Api(door, root, per_page) if root else _found(door, source)
        site = cls(door, source, publication, reading, api, is_remembered=root != "")
        if "languages" in known:
            site.languages, site.homes = known["languages"].split(), _homes(known.get("homes", ""))
        return site

    def values(self) -> dict[str, str]:
        """Give what the memory keeps of the site."""
        said = {**self.terms_of_reading, "root": self.api.root}
        if self.api.per_page != LONG_PAGE:
            said["per_page"] = str(self.api.per_page)
        if self.languages is not None:
            said["languages"] = " ".join(self.languages)
        if self.homes:
            said["homes"] = json.dumps(self.homes, sort_keys=True)
        return said

    def lanes(self) -> list[Lane]:
        """Give the lists to read; at first, look which languages are shown only when they are asked for."""
        if self.languages is None:
            self._learn_languages()
        return [Lane(kind, language) for kind in _kinds(self.source) for language in ("", *(self.languages or ()))]

    def _learn_languages(self) -> None:
        found = find.homes(self.door, self.source.url)
        if found is None:
            return  # the next run tries again
        self.homes.update(found)
        kind = _kinds(self.source)[0]
        codes = tongues.candidates(found, self.publication)
        unasked = self.api.sample(Lane(kind)) if codes else None
        samples = {code: self.api.sample(Lane(kind, code)) for code in codes} if unasked else {}
        self.languages = tongues.to_ask_for(unasked, samples)

    def page(self, lane: Lane, parameters: Mapping[str, str | int]) -> Page:
        """Ask for a page of posts; where nothing comes from the remembered place, look for the API again."""
        if not self.is_remembered:
            return self.api.page(lane, parameters)
        self.is_remembered = False
        try:
            return self.api.page(lane, parameters)
        except NotOrderedByChange:
            raise
        except PublisherError:
            self.api = find.find(self.door, self.source.url, lane.kind)
            return self.api.page(lane, parameters)

    def zone(self) -> tzinfo:
        """Ask for the site's time zone, once."""
        return self.api.zone()

    def look_up(self, lane: Lane, posts: list[Post]) -> None:
        """Learn what the posts name and do not show."""
        for found in posts:
            if isinstance(found.get("id"), int) and isinstance(found.get("link"), str):
                self.links.learn({found["id"]: found["link"]})
        missing = {
            number for found in posts for number in islice(post.translation_ids(found), _MOST_TRANSLATIONS)
        } - self.links.keys()
        if missing:
            self.links.learn(self.api.links(lane, missing))
        terms.look_up(posts, self.source, self.looked_up, partial(self._terms, lane))
        self._look_up_coauthors(posts)

    def _terms(self, lane: Lane, base: str, ids: set[int]) -> Mapping[int, terms.Term]:
        return self.api.terms(base, ids, lane)

    def _look_up_coauthors(self, posts: Iterable[Post]) -> None:
        for found in posts:
            for nicename in people.strangers(found, terms.embedded(found)):
                is_silent = len(self.coauthors) >= _ENOUGH_SILENCE and not any(self.coauthors.values())
                if nicename not in self.coauthors and len(self.coauthors) < _MOST_COAUTHORS and not is_silent:
                    self.coauthors.learn({nicename: self.api.coauthor(nicename)})


def _kinds(source: Source) -> list[str]:
    return list(dict.fromkeys(kind.strip("/ ") for kind in source.post_types))


def _found(door: Door, source: Source) -> Api:
    """Find the API by the first of the types that answers; a broken one must not hide the others."""
    failures: list[PublisherError] = []
    for kind in _kinds(source):
        try:
            return find.find(door, source.url, kind)
        except PublisherError as error:
            failures.append(error)
    raise failures[0]


def _homes(written: str) -> dict[str, str]:
    try:
        found = json.loads(written) if written else {}
    except ValueError:
        return {}
    return {str(tag): str(place) for tag, place in found.items()} if isinstance(found, dict) else {}
