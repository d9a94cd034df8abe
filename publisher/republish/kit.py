"""A copy of one article, ready for another site's editor to paste: its title and the same copy that feeds carry."""

from markupsafe import escape

from publisher import rights
from publisher.config import Settings
from publisher.errors import NotAllowed
from publisher.languages import direction
from publisher.model import StoredArticle


def kit_html(stored: StoredArticle, settings: Settings) -> str:
    """Give the copy as HTML.

    Raises:
        NotAllowed: when the article is not handed out: taken back, under another license, or not known whole.
    """
    article, refusal = stored.article, rights.refusal(stored, settings)
    if refusal:
        raise NotAllowed(f"{article.url} is not handed out: {refusal}; choose another article")
    return (
        f'<article lang="{escape(article.language)}" dir="{direction(article.language)}">\n'
        f"<h1>{escape(article.title)}</h1>\n{rights.copy_html(article, settings)}\n</article>"
    )
