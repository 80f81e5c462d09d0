"""The embedded SageMaker: registry, pipelines and Processing jobs on one machine, moto for the rest.

Start it with ``python -m local.sagemaker``; README.md says what it does not imitate.
"""
