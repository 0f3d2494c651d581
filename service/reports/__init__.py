"""What is read: SELECT only, each file one report."""
