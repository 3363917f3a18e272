"""findings.json, in both directions: a run becomes plain types, and plain types that anybody may have edited a run."""
