"""What a runbook needs to be run: checks that ask what its commands ask, expectations of others, and its settings."""
