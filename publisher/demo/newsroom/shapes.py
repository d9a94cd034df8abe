"""The JSON objects of WordPress's REST API, field by field as WordPress 6 with Polylang and PublishPress Authors
writes them: posts, pictures, people, terms."""

from collections.abc import Set
from datetime import UTC, datetime
from typing import Any

from publisher.demo.newsroom.archive import TAXONOMIES, TERM_PATHS, Archive, Person, Picture, Post, Term

EMBEDDABLE = frozenset({"author", "wp:featuredmedia", "wp:term"})
WIDTH, HEIGHT = 1200, 640
_CURIES = [{"name": "wp", "href": "https://api.w.org/{rel}", "templated": True}]


def post(archive: Archive, found: Post, embed: Set[str] = frozenset()) -> dict[str, Any]:
    """Give a post; what `embed` names of its links is in `_embedded`."""
    shape = {
        "id": found.id,
        **_times("date", found.published),
        "guid": {"rendered": f"{archive.url}/?p={found.id}"},
        **_times("modified", found.modified),
        "slug": found.slug,
        "status": "publish",
        "type": "post",
        "link": archive.url + found.path,
        "title": {"rendered": found.title},
        "content": {"rendered": f"\n{archive.body(found)}", "protected": False},
        "excerpt": {"rendered": found.excerpt, "protected": False},
        "author": _account(archive, found).id,
        "featured_media": found.picture.id if found.picture else 0,
        "comment_status": "closed",
        "ping_status": "closed",
        "sticky": False,
        "template": "",
        "format": "standard",
        "meta": {"footnotes": ""},
        **{base: [term.id for term in found.terms if term.taxonomy == name] for name, base in TAXONOMIES.items()},
        "class_list": _classes(found),
        "lang": found.language,
        "translations": {language: twin.id for language, twin in archive.translations(found).items()},
        "authors": [_byline(person) for person in found.authors],
        "_links": _post_links(archive, found),
    }
    embedded = _embedded(archive, found, embed)
    return {**shape, "_embedded": embedded} if embedded else shape


def picture(archive: Archive, found: Picture) -> dict[str, Any]:
    """Give an entry of the media library."""
    source = archive.url + found.path
    said = f"<p>{found.caption}</p>\n" if found.caption else ""
    return {
        "id": found.id,
        "date": archive.posts[-1].published.strftime("%Y-%m-%dT00:00:00"),
        "slug": f"{found.name}-{found.language}",
        "type": "attachment",
        "link": source,
        "title": {"rendered": found.name},
        "author": archive.people[0].id,
        "featured_media": 0,
        "caption": {"rendered": said},
        "alt_text": found.alt,
        "media_type": "image",
        "mime_type": "image/jpeg",
        "media_details": _details(found, archive.url),
        "source_url": source,
        "_links": _links(archive, f"media/{found.id}", "media"),
    }


def person(archive: Archive, found: Person) -> dict[str, Any]:
    """Give an account."""
    return {
        "id": found.id,
        "name": found.name,
        "url": "",
        "description": found.about,
        "link": f"{archive.url}/author/{found.slug}/",
        "slug": found.slug,
        "avatar_urls": [],
        "_links": _links(archive, f"users/{found.id}", "users"),
    }


def term(archive: Archive, found: Term) -> dict[str, Any]:
    """Give a category, tag, country or kicker as it is embedded in a post."""
    base = TAXONOMIES[found.taxonomy]
    return {
        "id": found.id,
        "link": f"{archive.url}/{TERM_PATHS[found.taxonomy]}/{found.slug}/",
        "name": found.name.replace("&", "&amp;"),
        "slug": found.slug,
        "taxonomy": found.taxonomy,
        "_links": _links(archive, f"{base}/{found.id}", base),
    }


def term_alone(archive: Archive, found: Term) -> dict[str, Any]:
    """Give a term as its own address shows it, with the count of its posts."""
    count = sum(found in listed.terms for listed in archive.posts)
    return {**term(archive, found), "count": count, "description": "", "meta": []}


def index(archive: Archive, name: str, description: str) -> dict[str, Any]:
    """Give what the API says of the site."""
    local = archive.posts[0].published
    offset = local.utcoffset()
    return {
        "name": name,
        "description": description,
        "url": archive.url,
        "home": archive.url,
        "gmt_offset": offset.total_seconds() / 3600 if offset else 0,
        "timezone_string": str(local.tzinfo),
        "page_for_posts": 0,
        "page_on_front": 0,
        "show_on_front": "posts",
        "namespaces": ["oembed/1.0", "pll/v1", "wp/v2"],
        "authentication": [],
        "routes": {f"/wp/v2/{route}": {"namespace": "wp/v2", "methods": ["GET"]} for route in _ROUTES},
        "site_icon_url": "",
        "_links": {"help": [{"href": "https://developer.wordpress.org/rest-api/"}]},
    }


_ROUTES = ("posts", "media", "users", *TAXONOMIES.values())


def _times(name: str, instant: datetime) -> dict[str, str]:
    """Give a time as the site's own clock shows it, and in UTC; neither names its zone."""
    return {name: clock(instant), f"{name}_gmt": clock(instant.astimezone(UTC))}


def clock(instant: datetime) -> str:
    """Write a time without its zone."""
    return instant.replace(tzinfo=None).isoformat(timespec="seconds")


def _account(archive: Archive, found: Post) -> Person:
    """Give the account a post belongs to: a guest's post belongs to the editor who put it up."""
    return next((author for author in found.authors if not author.guest), archive.people[1])


def _byline(author: Person) -> dict[str, Any]:
    return {
        "term_id": 500 + author.id,
        "user_id": 0 if author.guest else author.id,
        "is_guest": int(author.guest),
        "slug": author.slug,
        "job_title": "",
        "display_name": author.name,
        "avatar_url": "",
        "author_category": "",
    }


def _classes(found: Post) -> list[str]:
    fixed = [f"post-{found.id}", "post", "type-post", "status-publish", "format-standard"]
    picture_class = ["has-post-thumbnail"] if found.picture else []
    named = {"category": "category", "post_tag": "tag"}
    return [*fixed, *picture_class, "hentry", *(f"{named.get(t.taxonomy, t.taxonomy)}-{t.slug}" for t in found.terms)]


def _post_links(archive: Archive, found: Post) -> dict[str, Any]:
    root = f"{archive.url}/wp-json/wp/v2"
    featured = [{"embeddable": True, "href": f"{root}/media/{found.picture.id}"}] if found.picture else []
    return {
        **_links(archive, f"posts/{found.id}", "posts"),
        "about": [{"href": f"{root}/types/post"}],
        "author": [{"embeddable": True, "href": f"{root}/users/{_account(archive, found).id}"}],
        "replies": [{"embeddable": True, "href": f"{root}/comments?post={found.id}"}],
        **({"wp:featuredmedia": featured} if featured else {}),
        "wp:attachment": [{"href": f"{root}/media?parent={found.id}"}],
        "wp:term": [
            {"taxonomy": taxonomy, "embeddable": True, "href": f"{root}/{base}?post={found.id}"}
            for taxonomy, base in TAXONOMIES.items()
        ],
        "curies": _CURIES,
    }


def _links(archive: Archive, own: str, collection: str) -> dict[str, Any]:
    root = f"{archive.url}/wp-json/wp/v2"
    return {"self": [{"href": f"{root}/{own}"}], "collection": [{"href": f"{root}/{collection}"}]}


def _embedded(archive: Archive, found: Post, embed: Set[str]) -> dict[str, Any]:
    groups = [[term(archive, one) for one in found.terms if one.taxonomy == taxonomy] for taxonomy in TAXONOMIES]
    whole = {
        "author": [person(archive, _account(archive, found))],
        "wp:featuredmedia": [picture(archive, found.picture)] if found.picture else [],
        "wp:term": groups,
    }
    return {relation: shapes for relation, shapes in whole.items() if relation in embed and shapes}


def _details(found: Picture, url: str) -> dict[str, Any]:
    return {
        "width": WIDTH,
        "height": HEIGHT,
        "file": found.path.rpartition("/")[2],
        "sizes": {
            "medium": _size(url + found.small_path, 300, 160),
            "full": _size(url + found.path, WIDTH, HEIGHT),
        },
        "image_meta": {"aperture": "0", "credit": found.credit, "camera": "", "caption": "", "copyright": ""},
    }


def _size(source: str, width: int, height: int) -> dict[str, Any]:
    file = source.rpartition("/")[2]
    return {"file": file, "width": width, "height": height, "mime_type": "image/jpeg", "source_url": source}
