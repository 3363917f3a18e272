"""Tests of gathering: transport, batch, facts."""
