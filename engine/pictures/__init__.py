"""Diagrams as pictures drawn here, from their own layout: for pages without scripts, for paper, and for other hands."""
