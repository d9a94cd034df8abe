"""The public site: feeds, issues' web copies and the way out of a newsletter. Routes read; tasks write."""
