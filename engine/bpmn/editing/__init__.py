"""Changes of tables and forms as bytes: what was not touched stays as it was written, byte for byte."""
