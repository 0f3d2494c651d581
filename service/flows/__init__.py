"""The verbs: one step each, load, decide, save, follow up; never commits and never calls another flow."""
