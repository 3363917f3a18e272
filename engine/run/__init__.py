"""Runs: the systems, targets and checks that the command line selects."""
