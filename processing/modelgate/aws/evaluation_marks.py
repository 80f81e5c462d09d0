"""How everything that an evaluation makes in SageMaker is marked, so that it is told from what others made.

Policies know the names, see terraform/modules/approval_pipeline and service_control_policies.
"""

PREFIX = "modelgate-evaluation-"
EXECUTION_TAG, UNTIL_TAG = "modelgate:execution", "modelgate:until"
