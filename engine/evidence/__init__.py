"""Evidence packs: one case with its whole trail in a signed file that proves itself without this software."""
