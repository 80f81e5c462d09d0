"""Memorization: how much of a work a model writes on word for word when it is given its beginning."""
