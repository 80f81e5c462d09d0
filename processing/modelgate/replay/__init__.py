"""Recorded decisions judged again under a candidate policy, many at a time and from the facts stored with them."""
