"""Policies: what a model-risk team asks of a model, as data."""
