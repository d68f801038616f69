"""One file a verb: load, decide, commit, nudge the queue."""
