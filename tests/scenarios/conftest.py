"""A house to play a case in."""

from tests.support.play import play, postgres_play

__all__ = ["play", "postgres_play"]
