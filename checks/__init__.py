"""The checks: one file for each component, with assertions only."""
