"""Recorded cases: read from a file, played on a stage (an engine, or a demo over HTTP), compared with what was."""
