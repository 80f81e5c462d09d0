"""How long the longest job takes: no evaluation, and nothing that is made for one, can outlive it.

Source: Amazon SageMaker API reference, ProcessingStoppingCondition
(https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_ProcessingStoppingCondition.html): MaxRuntimeInSeconds is
432,000 at most, five days.
"""

LONGEST_JOB_SECONDS = 432_000
