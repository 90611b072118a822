"""A house to play a case in."""

from tests.support.play import any_play, play, postgres_play

__all__ = ["any_play", "play", "postgres_play"]
