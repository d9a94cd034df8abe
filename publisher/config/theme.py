"""How mails and web copies look: colours, typefaces, logo, width.

Every pair of text and ground that can be seen must stand out (WCAG 2.2, 1.4.3).
"""

import json
import math
import re
from pathlib import Path
from typing import Annotated, Self

from pydantic import AfterValidator, Field, model_validator

from publisher.config.table import Table, config_folder, mistake_at
from publisher.config.values import Text, WebUrl, Whole

LEAST_CONTRAST = 4.5
_TEXTS, _GROUNDS = ("ink", "quiet", "accent"), ("card", "page", "tint")
PAIRS = (*((text, ground) for text in _TEXTS for ground in _GROUNDS), ("on_accent", "accent"))
"""Which colour is shown on which."""


def _colour(value: str) -> str:
    if not re.fullmatch(r"#[0-9a-fA-F]{6}", value):
        raise ValueError('is not a colour; write it as "#0b5a5c"')
    return value.lower()


def _typefaces(value: str) -> str:
    if re.search(r"[;{}<>@\\\r\n]|/\*", value) or value.count("'") % 2 or value.count('"') % 2:
        raise ValueError("is not a list of typefaces; write it as \"Georgia, 'Times New Roman', serif\"")
    return value


Colour = Annotated[str, AfterValidator(_colour)]
Typefaces = Annotated[Text, AfterValidator(_typefaces)]


def contrast(one: str, other: str) -> float:
    """Give the contrast of two colours, from 1 to 21."""
    darker, lighter = sorted((_luminance(one), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    parts = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


class Colours(Table):
    """One set of colours."""

    page: Colour = Field(description="Around the mail.")
    card: Colour = Field(description="Under the text.")
    ink: Colour = Field(description="Text.")
    quiet: Colour = Field(description="Dates, bylines, captions.")
    accent: Colour = Field(description="Links and buttons.")
    on_accent: Colour = Field(description="Text on buttons.")
    tint: Colour = Field(description="Under the appeal and behind pictures.")
    line: Colour = Field(description="Rules between articles.")

    @model_validator(mode="after")
    def _stands_out(self) -> Self:
        for text, ground in PAIRS:
            above, below = getattr(self, text), getattr(self, ground)
            found = contrast(above, below)
            if found < LEAST_CONTRAST:
                remedy = "darker" if contrast(below, "#000000") > contrast(below, "#ffffff") else "lighter"
                raise mistake_at(
                    text,
                    f'"{above}" on {ground} "{below}" has a contrast of {math.floor(found * 100) / 100:.2f}, which few '
                    f"can read; {LEAST_CONTRAST} is needed, so write a {remedy} colour, or change {ground}",
                )
        return self


LIGHT = Colours(
    page="#f3f0e8",
    card="#ffffff",
    ink="#1c2221",
    quiet="#56605d",
    accent="#0b5a5c",
    on_accent="#ffffff",
    tint="#e6efec",
    line="#c9cfcc",
)
DARK = Colours(
    page="#101415",
    card="#191e1f",
    ink="#ece9e2",
    quiet="#a8b2af",
    accent="#84cfc7",
    on_accent="#0d1616",
    tint="#232e2d",
    line="#3d4746",
)


class Theme(Table):
    """How mails and web copies look."""

    light: Colours = Field(default=LIGHT, description="The colours.")
    dark: Colours = Field(default=DARK, description="Those where a reader's programs are dark.")
    reading_font: Typefaces = Field(default="Georgia, 'Times New Roman', serif", description="The typefaces of texts.")
    label_font: Typefaces = Field(
        default="Helvetica, Arial, sans-serif", description="Those of dates, labels, buttons and small print."
    )
    width: Whole = Field(default=600, ge=480, le=720, description="How wide a mail is at most, in pixels.")
    logo: WebUrl = Field(
        default="",
        description="A picture above the name, which is always live text; at twice the size it is shown.",
        validate_default=False,
    )
    logo_width: Whole = Field(default=120, ge=24, le=280, description="How wide it is shown, in pixels.")
    templates: Path | None = Field(
        default=None,
        description="A folder whose files replace those of the same path in `templates/`, one by one.",
    )

    @model_validator(mode="after")
    def _has_its_folder(self) -> Self:
        if self.templates is not None and not (config_folder.get() / self.templates).is_dir():
            shown = json.dumps(str(self.templates), ensure_ascii=False)
            raise mistake_at("templates", f"{shown} is no folder; create it, or leave the key out")
        return self
