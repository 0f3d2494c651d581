"""The rows: every writing SQL statement of the service; functions here take and return domain objects."""
