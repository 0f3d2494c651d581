"""Outside formats turned into domain events; pure functions of bytes."""
