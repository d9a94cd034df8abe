"""The command line: one command for each thing a person does; all it knows is how to ask and how to tell."""

import gc

# What is imported stays to the end; to look through it for garbage again and again takes a fifth of a command's start.
gc.disable()

from publisher.cli.app import main  # noqa: E402 - after the line above

gc.freeze()
gc.enable()

__all__ = ["main"]
