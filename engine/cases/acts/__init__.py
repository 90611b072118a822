"""What each command does to a case, one module per kind of act."""
