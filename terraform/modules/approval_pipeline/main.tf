# The approval pipelines: check judges, update writes. Before that, the one for models that write text collects answers
# and has them scored. Each has a role of its own, because none of them may do another's work.

locals {
  _arn         = "${var.account.region}:${var.account.id}"
  _sagemaker   = "arn:${var.account.partition}:sagemaker:${local._arn}"
  _role        = "arn:${var.account.partition}:iam::${var.account.id}:role${var.roles.path}"
  pipeline_arn = "${local._sagemaker}:pipeline/${var.names.pipeline}"

  # By what the pipeline is for; the second only where models are evaluated.
  pipeline_arns = merge({ approval = local.pipeline_arn }, {
    for generative in var.generative[*] : "generative" => "${local._sagemaker}:pipeline/${generative.names.pipeline}"
  })

  role_arn = merge({
    check    = "${local._role}${var.names.check_role}"
    pipeline = "${local._role}${var.names.pipeline}"
    update   = "${local._role}${var.names.update_role}"
    }, [for generative in var.generative[*] : {
      collect   = "${local._role}${generative.names.collect_role}"
      evaluated = "${local._role}${generative.names.evaluated_role}"
      score     = "${local._role}${generative.names.score_role}"
  }]...)

  # Versions of the groups under the gate, and of no other group.
  package_arns = [for group in var.groups : "${local._sagemaker}:model-package/${group}/*"]
}

resource "aws_sagemaker_pipeline" "approval" {
  pipeline_name         = var.names.pipeline
  pipeline_display_name = var.names.pipeline
  pipeline_description  = "Judges one registered model version and writes its verdict."
  pipeline_definition   = jsonencode(local.definitions.approval)
  role_arn              = aws_iam_role.pipeline.arn

  # An execution that starts before its roles may do their work fails for nothing.
  depends_on = [aws_iam_role_policy.pipeline, aws_iam_role_policy.check, aws_iam_role_policy.update]
}

resource "aws_sagemaker_pipeline" "generative" {
  for_each = { for generative in var.generative[*] : "generative" => generative.names.pipeline }

  pipeline_name         = each.value
  pipeline_display_name = each.value
  pipeline_description  = "Asks one registered model version, scores what it answers, judges it and writes its verdict."
  pipeline_definition   = jsonencode(local.definitions.generative)
  role_arn              = aws_iam_role.pipeline.arn

  # As above.
  depends_on = [
    aws_iam_role_policy.check,
    aws_iam_role_policy.collect,
    aws_iam_role_policy.evaluated,
    aws_iam_role_policy.pipeline,
    aws_iam_role_policy.score,
    aws_iam_role_policy.update,
  ]
}
