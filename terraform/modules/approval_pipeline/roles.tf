resource "aws_iam_role" "pipeline" {
  name                 = var.names.pipeline
  description          = "Starts the jobs of the approval pipelines; can neither read evidence nor decide."
  path                 = var.roles.path
  permissions_boundary = var.roles.permissions_boundary
  assume_role_policy   = data.aws_iam_policy_document.trust.json
}

resource "aws_iam_role" "check" {
  name                 = var.names.check_role
  description          = "Reads evidence and judges it; cannot write a verdict."
  path                 = var.roles.path
  permissions_boundary = var.roles.permissions_boundary
  assume_role_policy   = data.aws_iam_policy_document.trust.json
}

resource "aws_iam_role" "update" {
  name                 = var.names.update_role
  description          = "The only writer of verdicts."
  path                 = var.roles.path
  permissions_boundary = var.roles.permissions_boundary
  assume_role_policy   = data.aws_iam_policy_document.trust.json
}

resource "aws_iam_role_policy" "pipeline" {
  name   = "run-jobs"
  role   = aws_iam_role.pipeline.name
  policy = data.aws_iam_policy_document.pipeline.json
}

resource "aws_iam_role_policy" "check" {
  name   = "check"
  role   = aws_iam_role.check.name
  policy = data.aws_iam_policy_document.check.json
}

resource "aws_iam_role_policy" "update" {
  name   = "update"
  role   = aws_iam_role.update.name
  policy = data.aws_iam_policy_document.update.json
}

data "aws_iam_policy_document" "trust" {
  statement {
    sid     = "SageMakerOfThisAccount"
    actions = ["sts:AssumeRole"]

    principals {
      type        = "Service"
      identifiers = ["sagemaker.amazonaws.com"]
    }

    condition {
      test     = "StringEquals"
      variable = "aws:SourceAccount"
      values   = [var.account.id]
    }
  }
}

data "aws_iam_policy_document" "pipeline" {
  statement {
    sid = "RunTheJobsOfPipelines"
    actions = [
      "sagemaker:AddTags",
      "sagemaker:CreateProcessingJob",
      "sagemaker:DescribeProcessingJob",
      "sagemaker:StopProcessingJob",
    ]
    resources = ["${local._sagemaker}:processing-job/pipelines-*"] # SageMaker chooses the rest of the name
  }

  statement {
    sid       = "HandTheStepsTheirRoles"
    actions   = ["iam:PassRole"]
    resources = concat([for name, arn in local.role_arn : arn if !contains(["evaluated", "pipeline"], name)], sort(distinct([for step in var.extra_steps : step.role_arn])))

    condition {
      test     = "StringEquals"
      variable = "iam:PassedToService"
      values   = ["sagemaker.amazonaws.com"]
    }
  }
}
