"""Running cases go over to another version."""
