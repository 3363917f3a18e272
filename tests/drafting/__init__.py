"""Tests of what `draft` proposes."""
