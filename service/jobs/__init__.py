"""The background edge: jobs without arguments, and the queue that hints at them."""
