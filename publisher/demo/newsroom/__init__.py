"""The Estuary Desk: an invented newsroom, bilingual, with a site on loopback that speaks WordPress REST.

Its coast, its people and everything that happens there are made up. The articles are in `articles/`; dates are
counted from the newest Friday, so that the newsroom is always up to date. `manuscripts` reads the files,
`archive` makes of them what the site holds at one moment, `rest`, `rss` and `pages` show it, `server` serves it.
"""

from publisher.demo.newsroom.archive import PICTURES
from publisher.demo.newsroom.manuscripts import SCHEDULE, ZONE
from publisher.demo.newsroom.notes import NOTES
from publisher.demo.newsroom.readers import subscribers_csv
from publisher.demo.newsroom.server import Site, copy_pictures, serve

__all__ = ["NOTES", "PICTURES", "SCHEDULE", "ZONE", "Site", "copy_pictures", "serve", "subscribers_csv"]
