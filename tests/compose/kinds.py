"""Nine kinds of issues that a mail must stand: from a full week to a special issue, from Arabic to forty articles."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from html import escape
from pathlib import Path

from publisher.compose import rendered
from publisher.config import Newsletter, Settings
from publisher.model import (
    ARCHIVE,
    CORRECTIONS,
    Block,
    Edits,
    Image,
    IssueKind,
    Place,
    Placement,
    Reason,
    StoredArticle,
    Variant,
)
from tests.compose import samples
from tests.compose.samples import article

FILLED = {
    Place.ADDRESS: "bruno@example.org",
    Place.GREETING: "Dear Bruno,",
    Place.LEAVE_URL: "https://news.estuary.example.org/leave/MTIuN3Q0.xPq2",
    Place.PREFERENCES_URL: "https://news.estuary.example.org/preferences/MTIuN3Q0.xPq2",
    Place.HELPFUL_URL: "https://news.estuary.example.org/helpful/MTIuN3Q0.xPq2/yes",
    Place.UNHELPFUL_URL: "https://news.estuary.example.org/helpful/MTIuN3Q0.xPq2/no",
}
"""What Bruno, who subscribes, gets in the places of the marks."""


@dataclass(frozen=True)
class Kind:
    """What an issue of a kind is made of."""

    articles: Sequence[StoredArticle] = ()
    language: str = "en"
    settings: Settings = field(default_factory=samples.settings)
    edits: Edits = field(default_factory=Edits)
    kind: IssueKind = IssueKind.PERIODIC
    more: Sequence[Placement] = ()

    @property
    def newsletter(self) -> Newsletter:
        """The newsletter it is an issue of."""
        return self.settings.newsletters[0]


@dataclass(frozen=True)
class Mail:
    """An issue as one reader gets it, and the files of its pictures."""

    subject: str
    preheader: str
    html: str
    text: str
    files: Mapping[str, Path]


NOTE = """This week a reader sent us **page 212**. We checked it against the two copies, and it is real.

- How we know: [the method](https://estuary.example.org/method/)
- What we leave out, and why: the names of two clerks

_Thank you_ for writing.
"""
LETTER = """We are opening our archive of court records: 4,100 pages on the port, searchable, free of charge.

## What you can do with it

- Search it by name, by boat and by year
- Copy what you need: the license is that of our articles

> Nobody had asked for these files in eleven years.

[Open the archive](https://estuary.example.org/archive/), and tell us what you find.
"""


def full_week() -> Kind:
    """Eight articles, a note and a block of the editor's, a correction and one from the archive."""
    corrected = replace(
        article("harbour-lights", title="The harbour lights went out for a night", hours_ago=240).article,
        parts={"correction": "<p>An earlier version said that the lights went out twice. It was once.</p>"},
    )
    earlier = article("register-2019", title="Who keeps the register of boats?", hours_ago=9000)
    return Kind(
        samples.week(),
        edits=Edits(note=NOTE, blocks=(Block("news", "**Port audit, live:** questions on [Thursday](https://estuary.example.org/live/)."),)),
        more=(
            Placement(replace(earlier, article=corrected), CORRECTIONS, 90, Reason.CORRECTION),
            Placement(earlier, ARCHIVE, 91, Reason.ARCHIVE),
        ),
    )  # fmt: skip


def one_article() -> Kind:
    """A thin week."""
    return Kind([article(title="Port audit comes out eleven months late", authors=("Ines Vallecilla",))])


def forty_articles() -> Kind:
    """A crowded week: every section full, a picture at every article."""
    sections = ("Investigations", "Analysis", "News", "Culture")
    return Kind(
        [
            article(
                f"report-{number:02}",
                title=f"Report {number} on the boats that leave before dawn and come back after dark",
                summary="What was found, who was asked, and what they answered when we came back with the papers.",
                authors=("Marisol Quintero", "Teo Arrieta"),
                categories=(sections[number % 4],),
                image=samples.PHOTO if number % 3 else _wide(),
                hours_ago=1 + number,
            )
            for number in range(40)
        ]
    )


def _wide() -> Image:
    """Give a picture that is large enough for a lead."""
    image = samples.week()[0].article.image
    assert image
    return image


def no_pictures() -> Kind:
    """A week of words alone."""
    return Kind([replace(stored, article=replace(stored.article, image=None)) for stored in samples.week()])


def no_summaries() -> Kind:
    """A week of headlines: the source gives neither summaries nor texts."""
    return Kind([replace(stored, article=replace(stored.article, summary="", body="")) for stored in samples.week()])


def long_words() -> Kind:
    """Words, addresses and names that fit no phone."""
    return Kind(
        [
            article("lead", title="Electroencefalografistas " * 3, categories=("Investigations",), image=_wide()),
            article("long", title="Contrarrevolucionariamente, otorrinolaringólogo", image=samples.PHOTO),
            article("url", title="https://estuary.example.org/" + "a" * 90, summary="b" * 200, image=samples.PHOTO),
            article("compound", title="Hafenmeistereiaufsichtsbehördenvorsteherin", authors=("Q" * 70,)),
        ]
    )


def markup_and_emoji() -> Kind:
    """Titles that look like markup, and faces."""
    return Kind(
        [
            article(
                "lead",
                title="<b>Ports</b> & “piers”: 5 < 7 🚢🧾",
                summary="What the <em>ledger</em> says of &amp; and &lt;script&gt; 🙂.",
                categories=("Investigations",),
                authors=("Nadia <nadia@example.org>",),
                image=_wide(),
            ),
            article("braces", title="Budget [draft] \\ 100% of 5 > 3 🇨🇴", kicker="A/B & C"),
            article(
                "comment", title="<!-- a comment --> that is a title", summary="<style>p { display: none }</style>"
            ),
        ]
    )


def special() -> Kind:
    """An issue that is no period: a letter alone, to readers who are greeted."""
    known = samples.settings()
    greeting = {"greeting": {"": "Dear {name},"}, "greeting_unnamed": {"": "Dear reader,"}}
    newsletter = known.newsletters[0].model_copy(update=greeting)
    return Kind(
        settings=known.model_copy(update={"newsletters": (newsletter,)}),
        edits=Edits(title="Our court records are open", note=LETTER),
        kind=IssueKind.SPECIAL,
    )


def arabic() -> Kind:
    """A newsroom that writes from right to left, in a language the publisher itself does not speak."""
    return Kind(_arabic_week(), "ar", _arabic_settings())


def _arabic_week() -> list[StoredArticle]:
    return [
        article(
            "ar/ghost-fleet",
            language="ar",
            title="أربعون قاربًا شُطبت من السجل، وما زالت كلها تبحر",
            kicker="تحقيق",
            summary="أسطول صيد لا وجود له على الورق يشتري الوقود المدعوم كل أسبوع. تتبعنا ثلاثة من قواربه من مضخة "
            "الوقود إلى مصب النهر، ثم في طريق العودة.",
            authors=("ماريسول كينتيرو", "تيو أرييتا"),
            categories=("Investigations",),
            image=replace(
                _wide(), alt="قاربان على الطين", caption="المصب عند الجزر.", credit="نادية فيرير"
            ),
            hours_ago=5,
        ),
        article(
            "ar/ledger",
            language="ar",
            title="كيف فقد دفتر دعم الوقود إحدى صفحاته",
            summary="الصفحة 212 مفقودة من النسختين، والكاتب الذي رقّم الصفحات يتذكر ما كان فيها.",
            authors=("تيو أرييتا",),
            categories=("Investigations",),
            image=replace(samples.PHOTO, alt="دفتر مفتوح", credit="نادية فيرير"),
            hours_ago=30,
        ),
        article(
            "ar/broker",
            language="ar",
            title="لماذا لا يريد أحد أن يصبح وسيطًا جمركيًا",
            summary="استقال ثلاثة منهم في عام واحد، والأجر جيد.",
            categories=("Analysis",),
            hours_ago=48,
        ),
        article(
            "ar/ferry",
            language="ar",
            title="العبّارة الليلية تتوقف عن نقل الشاحنات (MV Norte)",
            summary="تقول الشركة إن السبب هو السلامة.",
            hours_ago=12,
        ),
    ]  # fmt: skip


def _arabic_settings() -> Settings:
    known = samples.settings()
    titles = {"investigations": "تحقيقات", "analysis": "تحليلات", "news": "أخبار موجزة", "more": "وأيضًا هذا الأسبوع"}
    newsletter = known.newsletters[0]
    sections = tuple(section.model_copy(update={"title": {"": titles[section.key]}}) for section in newsletter.sections)
    publication = {"languages": ("ar",), "tagline": {"": "صحافة عن الجريمة المنظمة، متاحة للجميع"}}
    appeal = {
        "heading": {"": "هذه الصحافة مجانية لأن القراء يدفعون ثمنها"},
        "text": {"": "لا يدفع لنا معلن ولا حزب. إن كان عملنا مفيدًا لكم فساعدونا على كتابة التحقيق القادم."},
        "button": {"": "ادعموا صحافتنا"},
        "url": {"": "https://estuary.example.org/ar/donate/"},
    }
    renamed = {"languages": ("ar",), "title": {"": "المنظمة"}, "sections": sections}
    return known.model_copy(
        update={
            "publication": known.publication.model_copy(update=publication),
            "newsletters": (newsletter.model_copy(update=renamed),),
            "appeal": known.appeal.model_copy(update=appeal),
        }
    )


KINDS: Mapping[str, Callable[[], Kind]] = {
    "week": full_week,
    "one": one_article,
    "forty": forty_articles,
    "no-pictures": no_pictures,
    "no-summaries": no_summaries,
    "long-words": long_words,
    "arabic": arabic,
    "markup": markup_and_emoji,
    "special": special,
}


@cache
def variant(name: str) -> Variant:
    """Give a kind of issue as it is rendered for all its readers."""
    made = KINDS[name]()
    placements = samples.composed(
        made.articles, made.language, settings=made.settings, newsletter=made.newsletter
    ).placements
    return rendered(
        [*placements, *made.more],
        made.settings,
        made.newsletter,
        made.language,
        samples.WEEK,
        12,
        samples.NOW,
        made.edits,
        made.kind,
    ).variant


def mail(name: str, files: Mapping[str, Path]) -> Mail:
    """Give a kind of issue as Bruno gets it."""
    made = variant(name)
    html, text = made.html, made.text
    for mark, value in FILLED.items():
        html, text = html.replace(mark, escape(value)), text.replace(mark, value)
    return Mail(made.subject, made.preheader, html, text, files)
