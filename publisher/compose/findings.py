"""What checks find in an issue, as sentences in every language we have words for: what it is, and what to do.

A finding is of a kind, and carries what the sentence names. English is kept with it, for the command line and for any
release that knows the kind no more; other languages are made where they are shown.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from babel.numbers import format_decimal

from publisher.languages import FALLBACK, locale, spoken_in
from publisher.model import Finding

Value = str | int | Sequence[str]
"""What a sentence names: a text as it is (a number that counts nothing is one), a count, or a list."""

_NAMED = 3
"""How many of many alike are named."""


class Kind(StrEnum):
    """All that checks find, each named after the check that finds it."""

    SUBJECT_EMPTY = "subject: empty"
    SUBJECT_LONG = "subject: long"
    SUBJECT_CUT = "subject: cut off"
    SUBJECT_SHOUTED = "subject: in capitals"
    PREHEADER_LENGTH = "preheader: length"
    PREHEADER_REPEATS = "preheader: repeats the subject"
    SIZE_CLIPPED = "size: clipped"
    SIZE_NEAR = "size: nearly clipped"
    NOTE_CLIPS = "note: clips the mail"
    NOTE_CROWDS = "note: crowds articles out"
    ARTICLE_RETRACTED = "articles: retracted"
    ARTICLE_FOREIGN = "articles: in another language"
    ISSUE_EMPTY = "parts: no article"
    LEAD_MISSING = "parts: no lead"
    LEAD_WITHOUT_PICTURE = "parts: lead without picture"
    CORRECTION_UNSAID = "parts: correction unsaid"
    EXCERPT_MISSING = "parts: no excerpt"
    APPEAL_MISSING = "parts: no appeal"
    EXCERPT_MARKED = "text: marks in an excerpt"
    TEXT_LACKS_LINKS = "text: lacks links"
    LINK_BARE = "links: bare"
    LINK_NOWHERE = "links: to nowhere"
    LINK_BY_HTTP = "links: by http"
    LINK_VAGUE = "links: vague"
    LINK_GONE = "links: gone"
    LINK_GONE_ON_PICTURE = "links: gone, on a picture"
    LINK_REFUSED = "links: refused"
    LINK_UNREACHABLE = "links: unreachable"
    LINKS_UNASKED = "links: not asked"
    MARK_UNFILLED = "marks: not filled in"
    MARK_UNWRITTEN = "marks: still to be written"
    PICTURE_UNDESCRIBED = "pictures: undescribed"
    PICTURE_UNSIZED = "pictures: unsized"
    PICTURE_MISSING = "pictures: missing"
    PICTURE_NONE = "pictures: none"
    PICTURE_SVG = "pictures: SVG"
    PICTURE_HEAVY = "pictures: one heavy"
    PICTURES_HEAVY = "pictures: heavy together"
    HEADING_JUMPS = "headings: a level left out"
    SPAM_UNASKED = "spam: not asked"
    SPAM_POINTS = "spam: points"
    UNTRANSLATED = "translation: one missing"
    UNTRANSLATED_MANY = "translation: many missing"
    EARLIER_UNDECIDED = "earlier issues: undecided"
    SINCE_DROPPED = "last look: dropped out"
    SINCE_TAKEN_BACK = "last look: correction taken back"
    SINCE_RENAMED = "last look: renamed"
    SINCE_CORRECTED = "last look: corrected"
    SINCE_CHANGED = "last look: changed"
    SINCE_GONE = "last look: gone"
    UNSEEN = "last look: not looked at"
    UNSEEN_MANY = "last look: many not looked at"

    @property
    def check(self) -> str:
        """The check that finds it."""
        return self.partition(":")[0]


@dataclass(frozen=True, slots=True)
class Words:
    """One language. What stands in braces is filled in; `quoted` is how a title stands in a list."""

    quoted: str
    and_more: str
    sentences: Mapping[Kind, str]


WORDS = {
    "en": Words(
        quoted='"{title}"',
        and_more="{names} and {count} more",
        sentences={
            Kind.SUBJECT_EMPTY: "the subject is empty; write another with `issue edit {issue}`",
            Kind.SUBJECT_LONG: "the subject has {length} characters, and mailboxes show {most} at most; write another "
            "with `issue edit {issue}`",
            Kind.SUBJECT_CUT: "the subject was cut off: {length} characters were given, and {most} go into a mail; "
            "write another with `issue edit {issue}`",
            Kind.SUBJECT_SHOUTED: "the subject is all in capitals, which filters take for spam; write another with "
            "`issue edit {issue}`",
            Kind.PREHEADER_LENGTH: "the preheader has {length} characters, and {least} to {most} are shown; write "
            "another with `issue edit {issue}`",
            Kind.PREHEADER_REPEATS: "the preheader says the subject once more; write another with `issue edit {issue}`",
            Kind.SIZE_CLIPPED: "the HTML has {size} bytes, {octets} with all else as it travels, and Gmail cuts off "
            "what is above {most}; take articles or text out",
            Kind.SIZE_NEAR: "the HTML has {size} bytes, {octets} with all else as it travels; Gmail cuts off what is "
            "above {most}, so add nothing more",
            Kind.NOTE_CLIPS: "the editor's own words, note and blocks, take {own} KB of the {most} at which Gmail "
            "clips a mail, so this one will be clipped, the link to leave at its end too; shorten them, or link to "
            "the rest",
            Kind.NOTE_CROWDS: "the editor's own words, note and blocks, take {own} KB of the {most} at which Gmail "
            "clips a mail, so articles stand only in the web copy ({count}); shorten them, or let it be so",
            Kind.ARTICLE_RETRACTED: '"{title}" was taken back; compose the issue again, and it drops out',
            Kind.ARTICLE_FOREIGN: '"{title}" is in "{tag}", and the issue in "{issue_tag}"; name its translation in '
            "the file, or let it stand so",
            Kind.ISSUE_EMPTY: "the issue carries no article; collect, and compose it again",
            Kind.LEAD_MISSING: "no article leads the issue; choose one with `issue edit {issue}`",
            Kind.LEAD_WITHOUT_PICTURE: 'the lead, "{title}", has no picture; give it one on your site and collect, or '
            "let another lead",
            Kind.CORRECTION_UNSAID: "nothing says what was corrected in {titles}; begin a paragraph of the article "
            'with "Correction:", and collect',
            Kind.EXCERPT_MISSING: "nothing stands under the headline of {titles}; write an excerpt with `issue edit`",
            Kind.APPEAL_MISSING: "the issue has no donation appeal; look whether its day is one of appeal.muted",
            Kind.EXCERPT_MARKED: "the excerpt of {titles} has marks that show as they are; excerpts are plain text",
            Kind.TEXT_LACKS_LINKS: "the plain text lacks links that the HTML has: {addresses}; put them into its "
            "template",
            Kind.LINK_BARE: "{addresses} in the note is no link; write <{first}>, or [words]({first})",
            Kind.LINK_NOWHERE: 'the link "{words}" leads nowhere ("{url}"); mend it where it was written',
            Kind.LINK_BY_HTTP: "links to {place} go by http, which others can read on the way; write https",
            Kind.LINK_VAGUE: 'links that say "{words}" lead to {places} places; let each say where it goes',
            Kind.LINK_GONE: 'the link "{words}" leads to {url}, which answered {status}; mend it, or take it out',
            Kind.LINK_GONE_ON_PICTURE: "the link on a picture leads to {url}, which answered {status}; mend it, or "
            "take it out",
            Kind.LINK_REFUSED: "{url} answered {status} to a program; open it by hand",
            Kind.LINK_UNREACHABLE: "{sentence}",
            Kind.LINKS_UNASKED: "{count} more addresses were not asked, which would have taken too long; try them by "
            "hand",
            Kind.MARK_UNFILLED: '"{mark}" is filled in by nobody; take it out of the text or template it stands in',
            Kind.MARK_UNWRITTEN: '"{mark}" looks like something still to be written; write it, or take it out',
            Kind.PICTURE_UNDESCRIBED: "nothing says what is to be seen on {addresses}; write it where the picture is "
            "published",
            Kind.PICTURE_UNSIZED: "the size of {addresses} is not known, so texts jump while it loads; give it at its "
            "source",
            Kind.PICTURE_MISSING: "the picture {url} answered {status}; put it back, or give the article another",
            Kind.PICTURE_NONE: "{url} is no picture but {type}; give the article another",
            Kind.PICTURE_SVG: "{url} is an SVG, which most mail programs do not show; give a PNG or JPEG",
            Kind.PICTURE_HEAVY: "the picture {url} has {size} bytes, and {most} are enough; give a smaller one",
            Kind.PICTURES_HEAVY: "the pictures have {size} bytes together, and phones pay for each; {most} are enough",
            Kind.HEADING_JUMPS: "a heading of level {level} follows one of level {before}; let none be left out in "
            "the templates",
            Kind.SPAM_UNASKED: "SpamAssassin could not be asked ({why}); try it by hand on the .eml",
            Kind.SPAM_POINTS: "SpamAssassin gives it {points} points ({rules}); say it in other words",
            Kind.UNTRANSLATED: '"{title}" is not translated into {language}',
            Kind.UNTRANSLATED_MANY: "{count} articles are not translated into {language}: {titles}",
            Kind.EARLIER_UNDECIDED: "issue {issue} ({period}) is {state} and keeps its articles ({count}) from this "
            "one; approve or cancel it",
            Kind.SINCE_DROPPED: '"{title}" was taken back, and dropped out of the issue; look at what else names it',
            Kind.SINCE_TAKEN_BACK: '"{title}" was corrected, and taken back since; the issue says so now',
            Kind.SINCE_RENAMED: '"{title}" is called "{now}" by now, and goes as it was approved; `publisher articles '
            "show {url}` tells the rest",
            Kind.SINCE_CORRECTED: '"{title}" was corrected, and goes as it was approved; `publisher articles show '
            "{url}` tells the rest",
            Kind.SINCE_CHANGED: '"{title}" was changed, and goes as it was approved; `publisher articles show {url}` '
            "tells the rest",
            Kind.SINCE_GONE: '"{title}" is gone from its site: {url} answered {status}; put it back, or take it back '
            "with `publisher articles retract`",
            Kind.UNSEEN: "not looked at: {sentence}",
            Kind.UNSEEN_MANY: "not looked at: {count} articles, which would have taken too long; open them",
        },
    ),
    "es": Words(
        quoted="«{title}»",
        and_more="{names} y {count} más",
        sentences={
            Kind.SUBJECT_EMPTY: "el asunto está vacío; escriba otro con `issue edit {issue}`",
            Kind.SUBJECT_LONG: "el asunto tiene {length} caracteres y los buzones muestran {most} como máximo; escriba "
            "otro con `issue edit {issue}`",
            Kind.SUBJECT_CUT: "el asunto se recortó: tenía {length} caracteres y en un correo caben {most}; escriba "
            "otro con `issue edit {issue}`",
            Kind.SUBJECT_SHOUTED: "el asunto está todo en mayúsculas, lo que los filtros toman por correo no deseado; "
            "escriba otro con `issue edit {issue}`",
            Kind.PREHEADER_LENGTH: "el texto previo tiene {length} caracteres y se muestran de {least} a {most}; "
            "escriba otro con `issue edit {issue}`",
            Kind.PREHEADER_REPEATS: "el texto previo repite el asunto; escriba otro con `issue edit {issue}`",
            Kind.SIZE_CLIPPED: "el HTML tiene {size} bytes, {octets} con todo lo demás tal como viaja, y Gmail corta "
            "lo que pasa de {most}; quite artículos o texto",
            Kind.SIZE_NEAR: "el HTML tiene {size} bytes, {octets} con todo lo demás tal como viaja; Gmail corta lo que "
            "pasa de {most}, así que no añada nada más",
            Kind.NOTE_CLIPS: "las palabras del editor, nota y bloques, ocupan {own} KB de los {most} en que Gmail "
            "corta un correo, así que este saldrá cortado, también el enlace para darse de baja que va al final; "
            "acórtelas, o enlace el resto",
            Kind.NOTE_CROWDS: "las palabras del editor, nota y bloques, ocupan {own} KB de los {most} en que Gmail "
            "corta un correo, así que hay artículos que solo están en la copia web ({count}); acórtelas, o déjelo así",
            Kind.ARTICLE_RETRACTED: "«{title}» fue retirado; componga el número de nuevo y saldrá de él",
            Kind.ARTICLE_FOREIGN: "«{title}» está en «{tag}» y el número en «{issue_tag}»; nombre su traducción en el "
            "archivo, o déjelo así",
            Kind.ISSUE_EMPTY: "el número no lleva ningún artículo; recójalos y compóngalo de nuevo",
            Kind.LEAD_MISSING: "ningún artículo abre el número; elija uno con `issue edit {issue}`",
            Kind.LEAD_WITHOUT_PICTURE: "el artículo que abre, «{title}», no tiene imagen; póngale una en su sitio y "
            "recójalo, o deje que abra otro",
            Kind.CORRECTION_UNSAID: "nada dice qué se corrigió en {titles}; empiece un párrafo del artículo con "
            "«Corrección:» y recójalo",
            Kind.EXCERPT_MISSING: "no hay nada bajo el título de {titles}; escriba un resumen con `issue edit`",
            Kind.APPEAL_MISSING: "el número no pide donaciones; vea si su día es uno de appeal.muted",
            Kind.EXCERPT_MARKED: "el resumen de {titles} tiene signos que se ven tal cual; los resúmenes son texto "
            "simple",
            Kind.TEXT_LACKS_LINKS: "al texto simple le faltan enlaces que el HTML tiene: {addresses}; póngalos en su "
            "plantilla",
            Kind.LINK_BARE: "{addresses} no es un enlace en la nota; escriba <{first}>, o [palabras]({first})",
            Kind.LINK_NOWHERE: "el enlace «{words}» no lleva a ninguna parte («{url}»); corríjalo donde se escribió",
            Kind.LINK_BY_HTTP: "los enlaces a {place} van por http, que otros pueden leer en el camino; escriba https",
            Kind.LINK_VAGUE: "los enlaces que dicen «{words}» llevan a {places} lugares; que cada uno diga adónde va",
            Kind.LINK_GONE: "el enlace «{words}» lleva a {url}, que respondió {status}; corríjalo o quítelo",
            Kind.LINK_GONE_ON_PICTURE: "el enlace de una imagen lleva a {url}, que respondió {status}; corríjalo o "
            "quítelo",
            Kind.LINK_REFUSED: "{url} respondió {status} a un programa; ábralo a mano",
            Kind.LINK_UNREACHABLE: "no se pudo consultar {place}; abra a mano lo que está allí",
            Kind.LINKS_UNASKED: "quedaron direcciones sin consultar ({count}), pues habría tardado demasiado; "
            "pruébelas a mano",
            Kind.MARK_UNFILLED: "«{mark}» no lo rellena nadie; quítelo del texto o de la plantilla donde está",
            Kind.MARK_UNWRITTEN: "«{mark}» parece algo que falta escribir; escríbalo o quítelo",
            Kind.PICTURE_UNDESCRIBED: "nada dice qué se ve en {addresses}; escríbalo donde se publica la imagen",
            Kind.PICTURE_UNSIZED: "no se conoce el tamaño de {addresses}, así que el texto salta mientras se carga; "
            "indíquelo en su origen",
            Kind.PICTURE_MISSING: "la imagen {url} respondió {status}; vuelva a ponerla, o dé otra al artículo",
            Kind.PICTURE_NONE: "{url} no es una imagen sino {type}; dé otra al artículo",
            Kind.PICTURE_SVG: "{url} es un SVG, que la mayoría de los programas de correo no muestra; ponga un PNG o "
            "un JPEG",
            Kind.PICTURE_HEAVY: "la imagen {url} tiene {size} bytes y bastan {most}; ponga una más ligera",
            Kind.PICTURES_HEAVY: "las imágenes suman {size} bytes, que en un teléfono se pagan; bastan {most}",
            Kind.HEADING_JUMPS: "un título de nivel {level} sigue a uno de nivel {before}; que las plantillas no se "
            "salten ninguno",
            Kind.SPAM_UNASKED: "no se pudo consultar SpamAssassin ({why}); pruébelo a mano con el .eml",
            Kind.SPAM_POINTS: "SpamAssassin le da {points} puntos ({rules}); dígalo con otras palabras",
            Kind.UNTRANSLATED: "«{title}» no está traducido al {language}",
            Kind.UNTRANSLATED_MANY: "{count} artículos no están traducidos al {language}: {titles}",
            Kind.EARLIER_UNDECIDED: "el número {issue} ({period}) sigue sin decidirse y le quita a este sus artículos "
            "({count}); apruébelo o cancélelo",
            Kind.SINCE_DROPPED: "«{title}» fue retirado y salió del número; vea qué más lo menciona",
            Kind.SINCE_TAKEN_BACK: "«{title}» se corrigió y después fue retirado; el número ya lo dice",
            Kind.SINCE_RENAMED: "«{title}» se llama ahora «{now}» y sale como se aprobó; lo demás lo dice `publisher "
            "articles show {url}`",
            Kind.SINCE_CORRECTED: "«{title}» se corrigió y sale como se aprobó; lo demás lo dice `publisher articles "
            "show {url}`",
            Kind.SINCE_CHANGED: "«{title}» cambió y sale como se aprobó; lo demás lo dice `publisher articles show "
            "{url}`",
            Kind.SINCE_GONE: "«{title}» ya no está en su sitio: {url} respondió {status}; vuelva a ponerlo, o retírelo "
            "con `publisher articles retract`",
            Kind.UNSEEN: "no se pudo mirar lo que está en {place}; ábralo a mano",
            Kind.UNSEEN_MANY: "quedaron artículos sin mirar ({count}), pues habría tardado demasiado; ábralos",
        },
    ),
}


def finding(kind: Kind, *, is_grave: bool = False, **values: Value) -> Finding:
    """Give a finding that names `values`, in English."""
    return Finding(kind.check, _sentence(kind, values, FALLBACK), is_grave, str(kind), values)


def spoken(found: Iterable[Finding], language: str) -> tuple[Finding, ...]:
    """Give findings in the words of a language; those of another release, which are not known here, as they are."""
    return tuple(replace(one, words=_said(one, spoken_in(language, WORDS))) for one in found)


def _said(one: Finding, language: str) -> str:
    try:
        return _sentence(Kind(one.kind), one.values, language)
    except (KeyError, ValueError):
        return one.words


def _sentence(kind: Kind, values: Mapping[str, Value], language: str) -> str:
    shown = {name: _shown(name, value, language) for name, value in values.items()}
    return WORDS[language].sentences[kind].format_map(shown)


def _shown(name: str, value: Value, language: str) -> str:
    if isinstance(value, int):
        return format_decimal(value, locale=locale(language))
    if not isinstance(value, str):
        return _names(value, WORDS[language], is_quoted=name == "titles")
    if name == "language":
        return str(locale(language).languages.get(value.partition("-")[0].casefold(), value))
    return value


def _names(names: Sequence[str], words: Words, *, is_quoted: bool) -> str:
    """Name the first of some, and count the rest."""
    known = list(dict.fromkeys(names))
    told = ", ".join(words.quoted.format(title=name) if is_quoted else name for name in known[:_NAMED])
    more = len(known) - _NAMED
    return words.and_more.format(names=told, count=more) if more > 0 else told
