"""How mails and web copies look: colours, typefaces, logo, width."""

import re
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, Field

from publisher.config.table import Table
from publisher.config.values import Text, WebUrl, Whole


def _colour(value: str) -> str:
    if not re.fullmatch(r"#[0-9a-fA-F]{6}", value):
        raise ValueError('is not a colour; write it as "#0b5a5c"')
    return value.lower()


Colour = Annotated[str, AfterValidator(_colour)]


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
    reading_font: Text = Field(default="Georgia, 'Times New Roman', serif", description="The typefaces of texts.")
    label_font: Text = Field(
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
