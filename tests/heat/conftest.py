"""A house to play cases in."""

from tests.support.play import any_play, play, postgres_play

__all__ = ["any_play", "play", "postgres_play"]
