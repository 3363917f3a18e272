"""Tests of what people write: specs, inventories, options."""
