"""The runs that are asked for: systems, targets, checks, and what the command line names."""
