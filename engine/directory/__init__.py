"""Who and what the house knows: units, windows, matters, and the people who sign in."""

from engine.directory.directory import Directory, load_directory, seed_directory, shipped_directory
from engine.directory.matters import Material, Matter
from engine.directory.people import Person, actor_of, add_person, authenticate, find_person
from engine.directory.tokens import authenticate_token, issue_token
from engine.directory.units import Unit, Window

__all__ = [
    "Directory",
    "Material",
    "Matter",
    "Person",
    "Unit",
    "Window",
    "actor_of",
    "add_person",
    "authenticate",
    "authenticate_token",
    "find_person",
    "issue_token",
    "load_directory",
    "seed_directory",
    "shipped_directory",
]
