"""The command line: one command for each thing a person does; all it knows is how to ask and how to tell."""

from publisher.cli.app import main

__all__ = ["main"]
