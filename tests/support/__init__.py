"""What tests stand on: real databases, a real browser, and the source read as a tree."""
