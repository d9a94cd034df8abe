"""The categories of a WordPress by language and use, and what each is called in the site's other languages."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from publisher.collect.survey.asking import Found
from publisher.collect.wordpress import tongues as spoken

Category = tuple[str, str]
"""Its language and its name."""


def ranked(sites: Sequence[Found]) -> tuple[dict[str, list[str]], dict[Category, dict[str, str]]]:
    """Give the categories of each language in the order of their use, and what each is called in the others."""
    found: dict[str, list[str]] = {}
    for one in sites:
        for language, name in _used(one):
            found.setdefault(language, []).append(name)
    first = sites[0]
    named = {number: (language, first.categories[number]) for number, language in _tongues(first).items()}
    return found, _twins(first.posts, named)


def _used(found: Found) -> list[Category]:
    """Give the categories of the newest posts, the most used first; where those name none, those of all posts."""
    tongues_, counted = _tongues(found), Counter(_numbers(found.posts))
    numbers = [number for number, _ in counted.most_common() if number in tongues_]
    return [(tongues_[number], found.categories[number]) for number in numbers or tongues_]


def _tongues(found: Found) -> dict[int, str]:
    """Give the language of each category: of most of the newest posts in it, else of the site."""
    counted: dict[int, Counter[str]] = defaultdict(Counter)
    for post in found.posts:
        for number in _numbers([post]):
            counted[number][found.language(post) or found.own_language] += 1
    unknown = "" if found.languages else found.own_language
    of_each = {
        number: counted[number].most_common(1)[0][0] if number in counted else unknown for number in found.categories
    }
    return {number: language for number, language in of_each.items() if language or not found.languages}


def _numbers(posts: Iterable[Mapping[str, Any]]) -> Iterator[int]:
    for post in posts:
        numbers = post.get("categories")
        yield from (number for number in numbers if isinstance(number, int)) if isinstance(numbers, list) else ()


def _twins(posts: Sequence[Mapping[str, Any]], named: Mapping[int, Category]) -> dict[Category, dict[str, str]]:
    """Find what a category is called in other languages: by the categories of the translations of its posts."""
    by_id = {post["id"]: post for post in posts if isinstance(post.get("id"), int)}
    together: dict[Category, Counter[Category]] = defaultdict(Counter)
    for post in posts:
        for _, other in spoken.said_translations(post):
            twin = by_id.get(other, {}) if isinstance(other, int) else {}
            theirs = _named(twin, named)
            for mine in _named(post, named):
                together[mine].update(one for one in theirs if one[0] != mine[0])
    return {mine: _best(counted) for mine, counted in together.items() if counted}


def _best(counted: Counter[Category]) -> dict[str, str]:
    best: dict[str, str] = {}
    for (language, name), _ in counted.most_common():
        best.setdefault(language, name)
    return best


def _named(post: Mapping[str, Any], named: Mapping[int, Category]) -> list[Category]:
    return [named[number] for number in _numbers([post]) if number in named]
