"""The nouns of the trade and the pure functions over them; standard library only."""
