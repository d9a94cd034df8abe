"""What the license, the attribution and the reuse statement say, in every language we have words for.

The newsroom's own words (its name, its appeal) are in the config. What stands in braces is filled in.
"""

from dataclasses import dataclass

from publisher.languages import spoken_in


@dataclass(frozen=True, slots=True)
class Wording:
    """One language. The reuse statement is made of its parts; `{license}` and `{contact}` may become links."""

    may: str
    may_commercially: str
    unchanged: str
    duties: str
    name_us: str
    link: str
    at_top: str
    at_bottom: str
    both: str
    tell_us: str
    byline: str
    first_published: str
    original: str
    copyright: str
    picture: str


WORDINGS = {
    "en": Wording(
        may="You may republish our articles{unchanged} for non-commercial use under {license}",
        may_commercially="You may republish our articles{unchanged} under {license}",
        unchanged=", unchanged,",
        duties=": {duties}",
        name_us="name {byline} in the byline",
        link="link to the original {where}",
        at_top="at the top",
        at_bottom="at the bottom",
        both="{first} and {second}",
        tell_us="Please tell us when you do: {contact}",
        byline="By {authors}",
        first_published="This article was first published by {newsroom} on {date}: {original}",
        original="Read the original article at {newsroom}: {original}",
        copyright="© {byline}. {license}: {url}",
        picture="Picture: {credit}",
    ),
    "es": Wording(
        may="Puede republicar nuestros artículos{unchanged} sin fines comerciales bajo la licencia {license}",
        may_commercially="Puede republicar nuestros artículos{unchanged} bajo la licencia {license}",
        unchanged=", sin cambios,",
        duties=": {duties}",
        name_us="nombre a {byline} en la firma",
        link="enlace al original {where}",
        at_top="al comienzo",
        at_bottom="al final",
        both="{first} y {second}",
        tell_us="Por favor, avísenos cuando lo haga: {contact}",
        byline="Por {authors}",
        first_published="{newsroom} publicó este artículo por primera vez el {date}: {original}",
        original="Lea el artículo original en {newsroom}: {original}",
        copyright="© {byline}. {license}: {url}",
        picture="Imagen: {credit}",
    ),
}


def wording_in(language: str) -> Wording:
    """Give the wording for a language; one without words gets English ones."""
    return WORDINGS[spoken_in(language, WORDINGS)]
