"""The statement as a document for the person it pays: one content, shown as a page and printed as PDF."""
