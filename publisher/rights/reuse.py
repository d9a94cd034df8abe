"""Which articles are handed out for republication: those that are the newsroom's to give, and whole."""

from publisher import markup
from publisher.config import Settings
from publisher.model import StoredArticle
from publisher.rights.license import is_ours, license_name


def refusal(stored: StoredArticle, settings: Settings) -> str:
    """Say why an article is not handed out; empty when it is."""
    article = stored.article
    if stored.retracted_at is not None or article.retracted:
        return "its newsroom took it back"
    if article.license_url and not is_ours(article.license_url, settings):
        return f"its source gives it a license of its own, {license_name(article.license_url)}"
    if not markup.text(article.body):
        return "its text is not known"
    if markup.is_cut_off(article.body):
        return "only the beginning of its text is known"
    return ""
