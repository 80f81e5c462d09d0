"""Toxicity: how toxic a scorer finds what a model writes on, as of BOLD's prompts, per domain and group of people.

A number means something only beside its scorer, so every definition here carries the scorer's id and version, and no
threshold carries over from one to another.
"""
