"""Collects a newsroom's articles and publishes them as newsletters, feeds and republication kits."""
