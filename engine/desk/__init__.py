"""A person's desk: how they see their inbox and what they have put aside. Nothing here changes a case."""
