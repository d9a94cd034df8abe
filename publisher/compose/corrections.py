"""Which articles of earlier issues were corrected or taken back since, and what is said of it."""

from publisher import markup
from publisher.model import Article

LONGEST = 400


def note(article: Article) -> str:
    """Give the correction that an article's text carries, as plain text; empty where there is none."""
    paragraph = markup.first_paragraph(article.parts.get("correction", ""))
    return paragraph[:LONGEST]
