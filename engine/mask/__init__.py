"""Everything that keeps secrets in."""
