"""Runbooks: Markdown, read, filled in, and held against rules."""
