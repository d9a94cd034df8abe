"""An article's identity: its canonical URL, written in one way.

Two addresses that differ in letter case of the host, default port, percent-encoding, dot segments, order of the
query, fragment or tracking parameters are one article. Scheme, path and a trailing slash stay as published: a site
that answers both ways says itself which of them is canonical, and a guess would break the link.
"""

import re
from functools import lru_cache
from urllib.parse import quote, urljoin, urlsplit

import idna

from publisher.errors import UnreadableInput

_UNRESERVED = set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
_IN_PATH = _UNRESERVED | set("!$&'()*+,;=:@/")
_IN_QUERY = _IN_PATH | {"?"}
LONGEST = 2000
"""Characters: browsers and mail programs cut longer addresses, and PostgreSQL takes little more into an index."""

_DEFAULT_PORTS = {"http": 80, "https": 443}
_TRACKING = re.compile(
    r"(?:utm_.*|mtm_.*|(?:pk|piwik|matomo)_(?:campaign|kwd|keyword|source|medium|content|cid)|hsa_.*|_hs\w*|__hs\w*|at_\w+|"
    r"ns_(?:campaign|mchannel|source|linkname|fee)|fb_(?:action_ids|action_types|ref|source)|fbclid|gclid|gclsrc|dclid|"
    r"gbraid|wbraid|srsltid|msclkid|yclid|twclid|ttclid|li_fat_id|igshid|igsh|mibextid|mc_cid|mc_eid|_ga|_gl|_openstat|"
    r"__twitter_impression|guccounter|guce_\w+|xtor|ref_src|ref_url|wt_mc|wprss|feed(?:name|type)|cmpid|ncid|mkt_tok|"
    r"vero_id|oly_anon_id|oly_enc_id)(?:=.*)?|"
    r"(?:ref|referrer|source|src|from|via|cmp|partner|emc|origin|channel|ocid|medium|campaign)=rss(?:[-_].*)?",
    re.IGNORECASE,
)
"""A whole parameter, by its name; or by its value where that says nothing but that the link stood in a feed."""


def canonical_url(url: str) -> str:
    """Give the identity that `url` stands for (RFC 3986 §6.2.2, IDNA 2008).

    Raises:
        UnreadableInput: when it is no http or https address, or longer than any that is meant for people.
    """
    if len(url) > LONGEST:
        raise UnreadableInput(f'"{url[:80]}…" has more than {LONGEST} characters; look at where it is published')
    try:
        parts = urlsplit(re.sub(r"[\t\r\n]", "", url).strip())
        scheme, host, port = parts.scheme.lower(), parts.hostname or "", parts.port
    except ValueError as error:
        raise UnreadableInput(f'"{url}" is no web address ({error}); look at where it is published') from error
    if scheme not in _DEFAULT_PORTS or not host:
        raise UnreadableInput(f'"{url}" is no web address; look at where it is published')
    place = _host(host, url) + (f":{port}" if port not in (None, _DEFAULT_PORTS[scheme]) else "")
    query = _query(parts.query)
    return f"{scheme}://{place}{_path(parts.path)}{'?' if query else ''}{query}"


def absolute(base: str, address: str) -> str:
    """Give `address` as it is meant at `base`, an http or https address; empty where it is none, whatever it is."""
    try:
        joined = urljoin(base, address.strip())
        parts = urlsplit(joined)
        is_web = parts.scheme in _DEFAULT_PORTS and bool(parts.hostname) and (parts.port is None or parts.port >= 0)
    except ValueError:
        return ""
    return joined if is_web else ""


def _host(host: str, url: str) -> str:
    if re.fullmatch(r"[0-9a-f:.]*:[0-9a-f:.]*", host):
        return f"[{host}]"
    ascii_host = _ascii_host(host.rstrip("."))
    if not re.fullmatch(r"[a-z0-9_-]+(\.[a-z0-9_-]+)*", ascii_host):
        raise UnreadableInput(f'"{url}" is no web address: "{host}" is no host; look at where it is published')
    return ascii_host


@lru_cache(maxsize=1024)
def _ascii_host(host: str) -> str:
    try:
        return idna.encode(host, uts46=True).decode()
    except (idna.IDNAError, UnicodeError, IndexError):
        return host.lower()


def _query(query: str) -> str:
    pairs = (_encoded(pair, _IN_QUERY) for pair in query.split("&") if pair)
    return "&".join(sorted(pair for pair in pairs if not _TRACKING.fullmatch(pair)))


def _path(path: str) -> str:
    """Resolve the segments `.` and `..` (RFC 3986 §5.2.4)."""
    kept: list[str] = []
    segments = _encoded(path, _IN_PATH).split("/")[1:]
    for segment in segments:
        if segment == "..":
            del kept[-1:]
        elif segment != ".":
            kept.append(segment)
    if segments and segments[-1] in (".", ".."):
        kept.append("")
    return "/" + "/".join(kept)


def _encoded(text: str, kept: set[str]) -> str:
    """Percent-encode what must be and nothing else, in upper case."""
    if kept.issuperset(text):
        return text

    def _one(found: re.Match[str]) -> str:
        if found[1]:
            character = chr(int(found[1], 16))
            return character if character in _UNRESERVED else f"%{found[1].upper()}"
        return found[0] if found[0] in kept else quote(found[0], safe="", errors="replace")

    return re.sub(r"%([0-9A-Fa-f]{2})|.", _one, text, flags=re.DOTALL)
