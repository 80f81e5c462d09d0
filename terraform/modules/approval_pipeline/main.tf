# The approval pipeline: check judges, update writes. Three roles, because none of them may do another's work.

locals {
  _arn         = "${var.account.region}:${var.account.id}"
  _sagemaker   = "arn:${var.account.partition}:sagemaker:${local._arn}"
  _role        = "arn:${var.account.partition}:iam::${var.account.id}:role${var.roles.path}"
  pipeline_arn = "${local._sagemaker}:pipeline/${var.names.pipeline}"

  role_arn = {
    check    = "${local._role}${var.names.check_role}"
    pipeline = "${local._role}${var.names.pipeline}"
    update   = "${local._role}${var.names.update_role}"
  }

  # Versions of the groups under the gate, and of no other group.
  package_arns = [for group in var.groups : "${local._sagemaker}:model-package/${group}/*"]
}

resource "aws_sagemaker_pipeline" "approval" {
  pipeline_name         = var.names.pipeline
  pipeline_display_name = var.names.pipeline
  pipeline_description  = "Judges one registered model version and writes its verdict."
  pipeline_definition   = jsonencode(local.definition)
  role_arn              = aws_iam_role.pipeline.arn

  # An execution that starts before its roles may do their work fails for nothing.
  depends_on = [aws_iam_role_policy.pipeline, aws_iam_role_policy.check, aws_iam_role_policy.update]
}
