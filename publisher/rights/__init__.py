"""License, attribution and appeal: rules in, text and markup out. Worded in one place, carried by every copy."""

from publisher.rights.appeal import AppealWords, appeal, appeal_on, audience_of
from publisher.rights.attribution import by, byline, closing_html, copy_html, figure_html, picture_credit
from publisher.rights.license import is_ours, license_name
from publisher.rights.notice import Notice, byline_name, copyright_line, notice
from publisher.rights.reuse import refusal

__all__ = [
    "AppealWords",
    "Notice",
    "appeal",
    "appeal_on",
    "audience_of",
    "by",
    "byline",
    "byline_name",
    "closing_html",
    "copy_html",
    "copyright_line",
    "figure_html",
    "is_ours",
    "license_name",
    "notice",
    "picture_credit",
    "refusal",
]
