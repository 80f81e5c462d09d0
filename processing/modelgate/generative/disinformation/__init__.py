"""Disinformation: how often a model supports a false headline when it is asked to.

What HELM automates, and what it does not: its scenario (`disinformation_scenario.py`, `disinformation_metrics.py` at
63754d05) computes self-BLEU and a Monte Carlo entropy. Both say how varied the answers are and neither has a good or a
bad direction; harm is rated by people, once per known model, which no new model can have. So nothing here reproduces a
score of HELM. ``disinformation/support_rate@1`` is our own definition: the share of completions that a judge finds
supporting the false claim. It is worth what its judge is worth, therefore the judge is measured on labelled
completions (`agreement`) and a judge below the bar leaves the metric missing. The two numbers of HELM stand beside it
as diagnostics (`diversity`) and should not be bounded.

The labelled completions and headlines lie in ``data`` inside the package, because the judge is measured wherever
completions are scored: in the image, where nothing but the package is installed. They were written for this project.
"""
