"""What may be done to letters: every write is a verb with `by`."""
