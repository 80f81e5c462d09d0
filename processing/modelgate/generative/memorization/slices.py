"""What the numbers of memorization are broken down by."""

WHOLE = ("all", "")
FACETS = ("source", "prefix_tokens")
