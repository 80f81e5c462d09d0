"""Evaluation of models that write text: prompts out, answers in, exact statistics, measurements with their uncertainty.

Every evaluator has the same shape: ``prompts`` gives prompts, ``score`` turns answers into a mergeable tally, and
``finalise`` turns a tally into measurements. Asking the model lies between the first two and is not done here.
"""
