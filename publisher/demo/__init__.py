"""The whole main job on a sample newsroom of our own invention, through the same code and config as production.

The newsroom is a site on loopback that speaks WordPress REST; its config is the shipped one with only the
addresses and folders changed. Two weeks pass: the second brings a correction, a retraction and a late arrival.
"""

from publisher.demo.week import Account, Step, play

__all__ = ["Account", "Step", "play"]
