"""What one Markdown file says: its front matter in each form, its text, its pictures, its links."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from PIL import Image as Picture

from publisher import front_matter as front
from publisher.collect.markdown import pixels
from publisher.model import Article, Enclosure, Image
from tests.collect.folder import Folder, png
from tests.collect.newsroom import LINK, NOW

DESK = f"{LINK}desk/"
DEED = "https://creativecommons.org/licenses/by/4.0/"


@pytest.fixture
def desk(tmp_path: Path) -> Folder:
    return Folder(tmp_path / "texts")


def read(desk: Folder, body: str, **fields: Any) -> Article:
    """Write one file, and collect it."""
    desk.has("news/port-audit.md", body, **fields)
    return desk.collects().only()


YAML = '---\ntitle: "Port audit"\ndate: 2026-11-09 10:00:00 -0500\ntags: [ports, 1984]\nlang: es\n---\n\nThe port.\n'
TOML = (
    '+++\ntitle = "Port audit"\ndate = 2026-11-09T10:00:00-05:00\nlang = "es"\n'
    '[taxonomies]\ntags = ["ports", "1984"]\n+++\nThe port.\n'
)
JSON = (
    '{\n"title": "Port audit", "date": "2026-11-09T10:00:00-05:00",\n'
    '"tags": ["ports", 1984], "lang": "es"}\n\nThe port.\n'
)
LINES = "Title: Port audit\nDate: 2026-11-09 10:00\nTags: ports, 1984\nLang: es\n\nThe port.\n"


@pytest.mark.parametrize("written", [YAML, TOML, JSON, LINES], ids=["YAML", "TOML", "JSON", "lines"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("ending", ["\n", "\r\n"])
def test_front_matter_is_read_in_every_form(desk: Folder, written: str, encoding: str, ending: str) -> None:
    desk.writes("port-audit.md", written.replace("\n", ending).encode(encoding))

    article = desk.collects().only()

    assert (article.title, article.language, article.tags) == ("Port audit", "es", ("ports", "1984"))
    assert article.published == datetime(2026, 11, 9, 15, tzinfo=UTC)
    assert article.body == "<p>The port.</p>"


def test_values_of_yaml_stay_the_texts_they_are(desk: Folder) -> None:
    desk.writes(
        "port-audit.md",
        "---\ntitle: 007\ndate: 2026-11-09\nlang: no\nsummary: ~\nkicker: 1:30\ntags: [2026-11-09, on, 1.10]\n---\nx",
    )

    article = desk.collects().only()

    assert (article.title, article.language, article.summary, article.kicker) == ("007", "no", "", "1:30")
    assert article.tags == ("2026-11-09", "on", "1.10")
    assert article.published == datetime(2026, 11, 9, 5, tzinfo=UTC)


def test_every_field_has_its_usual_names(desk: Folder) -> None:
    article = read(
        desk,
        "The port is open.",
        publishDate="2026-11-10T08:00:00Z",
        last_mod="2026-11-12",
        Authors=[{"name": "Ana Ruiz"}, "Bruno Paz", {"x": 1}, 7],
        category="Ports; Customs",
        keywords="audit, ledger",
        country={"name": "Peru"},
        kicker="Analysis",
        description="What the ledger says.",
        license=DEED,
        audio={"url": "/sound.mp3", "type": "audio/mpeg", "length": 1200, "title": "Read aloud"},
    )

    assert (article.published, article.modified) == (
        datetime(2026, 11, 10, 8, tzinfo=UTC),
        datetime(2026, 11, 12, 5, tzinfo=UTC),
    )
    assert article.authors == ("Ana Ruiz", "Bruno Paz", "7")
    assert (article.categories, article.tags, article.countries) == (
        ("Ports", "Customs"),
        ("audit", "ledger"),
        ("Peru",),
    )
    assert (article.kicker, article.summary, article.license_url) == ("Analysis", "What the ledger says.", DEED)
    assert article.enclosures == (Enclosure(f"{LINK}sound.mp3", "audio/mpeg", 1200, title="Read aloud"),)


@pytest.mark.parametrize(
    ("said", "authors"),
    [
        ("Ana Ruiz", ("Ana Ruiz",)),
        ("Ana Ruiz, Bruno Paz", ("Ana Ruiz", "Bruno Paz")),
        ("Ruiz, Ana; Paz, Bruno", ("Ruiz, Ana", "Paz, Bruno")),
        ("Ruiz, Ana", ("Ruiz, Ana",)),
        ("desk@estuary.example.org", ()),
        (None, ()),
    ],
)
def test_authors_in_one_text_are_told_apart(desk: Folder, said: str | None, authors: tuple[str, ...]) -> None:
    assert read(desk, "The port.", author=said).authors == authors


def test_a_category_of_a_list_keeps_its_comma(desk: Folder) -> None:
    assert read(desk, "The port.", categories=["Ports, customs and rivers"]).categories == (
        "Ports, customs and rivers",
    )


def test_a_future_date_is_kept_and_told(desk: Folder) -> None:
    desk.has("port-audit.md", date="2027-01-01T00:00:00Z")

    collected = desk.collects()

    assert collected.only().published > NOW
    assert "in the future" in collected.remarks[0].words


def test_the_title_is_the_first_heading_where_no_field_says_one(desk: Folder) -> None:
    article = read(desk, "# Port *audit*\n\nThe port is open.\n\n## Why\n\nIt is.", title=None)

    assert article.title == "Port audit"
    assert article.body == "<p>The port is open.</p>\n<h2>Why</h2>\n<p>It is.</p>"


def test_the_title_is_the_first_words_where_nothing_else_says_one(desk: Folder) -> None:
    assert read(desk, "The port is open.", title="").title == "The port is open."


def test_a_heading_that_says_the_title_again_stands_in_the_text_no_more(desk: Folder) -> None:
    same = read(desk, "Port audit\n==========\n\nThe port.", title="Port audit")
    other = read(desk, "# The ledger\n\nThe port.", title="Port audit")

    assert same.body == "<p>The port.</p>"
    assert other.body == "<h1>The ledger</h1>\n<p>The port.</p>"


def test_markdown_with_tables_and_html_becomes_safe_html(desk: Folder) -> None:
    body = "~~No~~ **yes** & <b onclick=x>so</b>\n\n|a|b|\n|-|-|\n|1|2|\n\n<script>steal()</script>"

    article = read(desk, body)

    assert article.body.startswith("<p><s>No</s> <strong>yes</strong> &amp; <b>so</b></p>\n<table>")
    assert "<td>2</td>" in article.body
    assert "steal" not in article.body


def test_asides_parts_and_links_are_read_like_those_of_any_source(desk: Folder) -> None:
    desk.publication = desk.publication.model_copy(update={"parts": {"analysis": "Our analysis"}})

    article = read(desk, "The port.\n\nSee also: [Old pier](../old-pier/)\n\n## Our analysis\n\nIt rose.")

    assert [link.url for link in article.see_also] == [f"{DESK}news/old-pier/"]
    assert article.parts == {"analysis": "<p>It rose.</p>"}


@pytest.mark.parametrize(
    ("written", "url"),
    [
        ("[x](river-mouth.md)", "news/river-mouth/"),
        ("[x](./river-mouth.md#why)", "news/river-mouth/#why"),
        ("[x](../old-pier.md)", "old-pier/"),
        ("[x](/old-pier.md)", "old-pier/"),
        ("[x](@/old-pier.md)", "old-pier/"),
        ('[x]({{< ref "old-pier.md" >}})', "old-pier/"),
        ("[x]({% post_url 2026-11-05-new-quay %})", "new-quay/"),
        ("[x]({% link _posts/2026-11-05-new-quay.md %})", "new-quay/"),
        ("[x]({{ site.baseurl }}/old-pier.md)", "old-pier/"),
        ("<a href='../old-pier.md'>x</a>", "old-pier/"),
        ("[x](gone.md)", "news/port-audit/gone.md"),
        ("[x](../)", "news/"),
    ],
)
def test_links_between_files_lead_to_where_they_are_published(desk: Folder, written: str, url: str) -> None:
    desk.has("news/river-mouth.md", title="x", draft=False)
    desk.has("old-pier.md", title="x")
    desk.has("_posts/2026-11-05-new-quay.md", title="x")
    desk.has("news/port-audit.md", f"See {written}.")

    bodies = [article.body for article in desk.collects().articles if article.title == "Port audit"]

    assert bodies == [f'<p>See <a href="{DESK}{url}">x</a>.</p>']


def test_pictures_beside_the_text_have_addresses_and_sizes(desk: Folder) -> None:
    desk.writes("news/my photo.png", png(640, 480))
    desk.writes("images/map.png", png(300, 200))

    article = read(
        desk,
        '![The port](my%20photo.png "Photo: Ana Ruiz")\n\n![](/images/map.png)\n\n![](images/map.png)\n\n'
        "<img src='my photo.png' width=10>",
    )

    assert article.images == (
        Image(f"{DESK}news/my%20photo.png", "The port", "Photo: Ana Ruiz", "Ana Ruiz", None, 640, 480),
        Image(f"{DESK}images/map.png", width=300, height=200),
    )
    assert "<figcaption>Photo: Ana Ruiz</figcaption></figure>" in article.body


def test_a_picture_that_is_named_and_not_there_is_told(desk: Folder) -> None:
    desk.has("news/port-audit.md", "![](photo.jpg) ![](/elsewhere.jpg) ![](https://x.example/y.jpg)", image="cover.jpg")

    collected = desk.collects()

    assert collected.only().images[0].url == f"{DESK}news/photo.jpg"
    assert collected.only().images[1].url == f"{LINK}elsewhere.jpg"
    assert [(remark.what, remark.words) for remark in collected.remarks] == [
        (f"{DESK}news/port-audit/", f'its picture "{name}" is not in the folder; put it beside the text')
        for name in ("photo.jpg", "cover.jpg")
    ]


def test_no_file_outside_the_folder_is_looked_at(desk: Folder, tmp_path: Path) -> None:
    (tmp_path / "secret.png").write_bytes(png(640, 480))

    article = read(desk, f"![](../../secret.png)\n\n![]({tmp_path}/secret.png)\n\n![](%00.png)")

    assert {image.width for image in article.images} == {None}


@pytest.mark.parametrize(
    "fields",
    [
        {
            "image": "photo.png",
            "image_alt": "Quay",
            "imageCaption": "Dawn",
            "image_credit": "Ana",
            "imageLicense": DEED,
        },
        {"cover": {"image": "photo.png", "alt": "Quay", "caption": "Dawn", "credit": "Ana", "license": DEED}},
        {"images": [{"src": "photo.png", "alt": "Quay", "caption": "Dawn", "credit": "Ana", "license_url": DEED}]},
        {
            "featured_image": {
                "url": "photo.png",
                "alt_text": "Quay",
                "caption": "Dawn",
                "credit": "Ana",
                "license": DEED,
            }
        },
        {"params": {"image": {"src": "photo.png", "alt": "Quay", "caption": "Dawn", "credit": "Ana", "license": DEED}}},
    ],
)
def test_the_picture_of_an_article_is_told_with_what_must_be_said_of_it(desk: Folder, fields: dict[str, Any]) -> None:
    desk.writes("news/photo.png", png(640, 480))

    image = read(desk, "The port.", **fields).image

    assert image == Image(f"{DESK}news/photo.png", "Quay", "Dawn", "Ana", DEED, 640, 480)


@pytest.mark.parametrize(
    ("said", "url"),
    [
        ("https://cdn.example/photo.jpg", "https://cdn.example/photo.jpg"),
        ("//cdn.example/photo.jpg", "https://cdn.example/photo.jpg"),
        ("/photo.jpg", f"{LINK}photo.jpg"),
        ("javascript:steal()", None),
        ("http://[", None),
        ("", None),
        ([], None),
        ({"alt": "x"}, None),
        (True, f"{DESK}news/true"),
    ],
)
def test_the_picture_of_an_article_may_be_anywhere_on_the_web(desk: Folder, said: Any, url: str | None) -> None:
    image = read(desk, "The port.", image=said).image

    assert (image.url if image else None) == url


@pytest.mark.parametrize(
    "written",
    [
        '{{< figure src="photo.png" alt="Quay" caption="Dawn. *Photo: Ana Ruiz*" >}}',
        "{{< figure\n  src='photo.png'\n  alt='Quay' title='Dawn.' attr='Photo: Ana Ruiz' >}}",
        '{% include figure.html url="photo.png" alt="Quay" description="Dawn. Photo: Ana Ruiz" %}',
    ],
)
def test_a_picture_in_a_tag_of_the_generator_is_a_figure(desk: Folder, written: str) -> None:
    article = read(desk, f"Before.\n{written}\nAfter *it*.")

    assert article.images == (Image(f"{DESK}news/photo.png", "Quay", "Dawn. Photo: Ana Ruiz", "Ana Ruiz"),)
    assert article.body.startswith("<p>Before.</p>\n<figure><img ")
    assert article.body.endswith("</figure>\n<p>After <em>it</em>.</p>")


def test_other_tags_go_and_the_words_between_them_stay(desk: Folder) -> None:
    body = (
        '{{< notice "warning" >}}\nMind the gap.\n{{< /notice >}}\n\n'
        "{% if x %}Yes{% endif %} {{% aside %}}so{{% /aside %}}\n\n"
        "A price of {{ 5 }} and {{ site.title }}.\n\n{% image 'photo.png', 'Quay' %}\n\n"
        "{{< youtube abc_1 >}}\n\n{{< unclosed"
    )

    article = read(desk, body)

    assert "<p>Mind the gap.</p>" in article.body
    assert "<p>Yes so</p>" in article.body
    assert "<p>A price of {{ 5 }} and .</p>" in article.body
    assert '<img src="https://estuary.example.org/desk/news/photo.png" alt="Quay">' in article.body
    assert '<a href="https://www.youtube.com/embed/abc_1">www.youtube.com</a>' in article.body
    assert article.body.endswith("<p>{{&lt; unclosed</p>")


@pytest.mark.parametrize("form", ["PNG", "GIF", "JPEG", "WEBP"])
@pytest.mark.parametrize("mode", ["RGB", "RGBA"])
def test_the_size_of_a_picture_is_read_from_its_first_bytes(tmp_path: Path, form: str, mode: str) -> None:
    path = tmp_path / "photo"
    Picture.new("RGB" if form == "JPEG" else mode, (321, 123)).save(
        path, form, **({"exif": b"x" * 60_000} if form == "JPEG" else {})
    )

    assert pixels.size(path) == (321, 123)


def test_the_size_of_a_lossless_webp_is_read(tmp_path: Path) -> None:
    Picture.new("RGB", (321, 123)).save(tmp_path / "photo", "WEBP", lossless=True)

    assert pixels.size(tmp_path / "photo") == (321, 123)


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    head=st.sampled_from([b"\x89PNG\r\n\x1a\n", b"GIF89a", b"RIFF1234WEBPVP8 ", b"RIFF1234WEBPVP8L", b"\xff\xd8\xff"]),
    rest=st.binary(max_size=60),
)
def test_no_bytes_of_a_picture_end_in_anything_but_a_size_or_none(tmp_path: Path, head: bytes, rest: bytes) -> None:
    path = tmp_path / "photo"
    path.write_bytes(head + rest)

    size = pixels.size(path)

    assert size is None or all(0 < side < 100_000 for side in size)


FRONTS = (b"---\n", b"+++\n", b"{", b"title: ", b"")
KEYS = ["title", "date", "lang", "url", "slug", "image", "tags", "authors", "translations", "audio", "draft", "layout"]
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text() | st.dates() | st.datetimes(),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["url", "name", "es"]), inner, max_size=3)
    ),
    max_leaves=6,
)


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(front_=st.sampled_from(FRONTS), junk=st.binary(max_size=60), body=st.binary(max_size=60))
@example(front_=b"+++\n", junk=b"a = 0x" + b"f" * 10_000, body=b"")
@example(front_=b"---\n", junk=b"a: !!python/object/apply:os.getpid []\ntitle: !!int x\ndate: 2026-13-45", body=b"x")
@example(front_=b"{", junk=b'"a": ' + b"[" * 100_000, body=b"")
def test_no_bytes_end_in_anything_but_an_article_or_a_reason(
    desk: Folder, front_: bytes, junk: bytes, body: bytes
) -> None:
    desk.writes("port-audit.md", front_ + junk + b"\n" + front_ + body)

    collected = desk.collects()

    assert not [skipped for skipped in collected.skipped if "whoever keeps this program" in skipped.reason]
    assert len(collected.articles) + len(collected.skipped) <= 1


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(fields=st.dictionaries(st.sampled_from(KEYS), VALUES, max_size=6))
def test_fields_of_any_kind_end_in_an_article_or_a_reason(desk: Folder, fields: dict[str, Any]) -> None:
    desk.has("port-audit.md", **fields)

    collected = desk.collects()

    assert not [skipped for skipped in collected.skipped if "whoever keeps this program" in skipped.reason]
    assert all(article.title and article.published.tzinfo is UTC for article in collected.articles)


def test_a_text_beyond_any_measure_is_cut_off(desk: Folder) -> None:
    article = read(desk, "word " * 200_000)

    assert len(article.body) < 310_000
    assert "[…]" in article.body[-20:]


def test_texts_of_fields_are_on_one_line() -> None:
    document = front.read("---\ntitle: |\n  Port\n  audit\n---\n")

    assert front.text(document.fields, "title") == "Port audit"
    assert document.body == ""


def test_footnotes_are_numbered_as_they_are_called_and_stand_at_the_end(desk: Folder) -> None:
    notes = "[^law]: The *port law*,\n    article 7.\n[^1]: https://estuary.example.org/audit.pdf\n[^nobody]: Left out."
    desk.has("port-audit.md", f"The port[^1] is open.[^law] Again[^1].\n\n{notes}\n\nThe last paragraph.")

    body = desk.collects().only().body

    assert "The port<sup>1</sup> is open.<sup>2</sup> Again<sup>1</sup>." in body
    assert body.index("The last paragraph.") < body.index("audit.pdf") < body.index("<em>port law</em>, article 7.")
    assert "Left out" not in body
    assert "[^" not in body


@pytest.mark.parametrize("written", ["Called[^1] and nowhere written.", "`[^1]` is code.\n\n[^1]: A note."])
def test_what_is_no_call_of_a_footnote_stays(desk: Folder, written: str) -> None:
    desk.has("port-audit.md", written)

    assert "[^1]" in desk.collects().only().body


def test_a_block_of_code_has_no_footnotes(desk: Folder) -> None:
    desk.has("port-audit.md", "```\n[^1]: x\ny[^1]\n```\n\nOpen.")

    assert "[^1]: x\ny[^1]" in desk.collects().only().body
