# The registry, and the pipeline that writes it with its image. All packages of the account are meant, those of groups outside the gate
# too: the account exists for the gate.

locals {
  repository_arn = "arn:${var.account.partition}:ecr:${local._arn}:repository/${var.prefix}-approval"
  pipeline_arn   = "arn:${var.account.partition}:sagemaker:${local._arn}:pipeline/${var.prefix}-approval"
}

data "aws_iam_policy_document" "registry" {
  # StringNotEquals also denies a request that leaves the status out.
  statement {
    sid       = "NothingIsBornApproved"
    effect    = "Deny"
    actions   = ["sagemaker:CreateModelPackage"]
    resources = ["*"] # whatever the package is called

    condition {
      test     = "StringNotEquals"
      variable = "sagemaker:ModelApprovalStatus"
      values   = ["PendingManualApproval"]
    }
  }

  # The whole action: an edit that leaves the status out may still replace the model.
  statement {
    sid       = "OnlyTheUpdateStepChangesPackages"
    effect    = "Deny"
    actions   = ["sagemaker:UpdateModelPackage"]
    resources = ["*"] # whatever the package is called

    condition {
      test     = "ArnNotEquals"
      variable = "aws:PrincipalArn"
      values   = [local._roles.break_glass, local._roles.update]
    }
  }

  statement {
    sid    = "OnlyTheDeployerOpensOrClearsTheRegistry"
    effect = "Deny"
    actions = [
      "sagemaker:DeleteModelPackage",
      "sagemaker:DeleteModelPackageGroup",
      "sagemaker:DeleteModelPackageGroupPolicy",
      "sagemaker:DeleteResourcePolicy",
      "sagemaker:PutModelPackageGroupPolicy",
      "sagemaker:PutResourcePolicy",
    ]
    resources = ["*"] # whatever the group is called

    condition {
      test     = "ArnNotEquals"
      variable = "aws:PrincipalArn"
      values   = local.deployers
    }
  }

  # A share opens a group to accounts that no policy of ours binds: who registers by it may register as approved.
  statement {
    sid       = "OnlyTheDeployerSharesAnything"
    effect    = "Deny"
    actions   = ["ram:Associate*", "ram:Create*", "ram:Promote*", "ram:Replace*"] # shares, what is in them and what they permit
    resources = ["*"]                                                             # whatever the share is called

    condition {
      test     = "ArnNotEquals"
      variable = "aws:PrincipalArn"
      values   = local.deployers
    }
  }

  # Selective execution is a way of starting that no condition key knows, so nobody else may start at all.
  statement {
    sid       = "OnlyTheTriggerStarts"
    effect    = "Deny"
    actions   = ["sagemaker:StartPipelineExecution"]
    resources = [local.pipeline_arn]

    condition {
      test     = "ArnNotEquals"
      variable = "aws:PrincipalArn"
      values   = [local._roles.start_approval]
    }
  }

  # Not even the deployer: a job that hangs ends by its own limit.
  statement {
    sid    = "NobodySteersAnExecution"
    effect = "Deny"
    actions = [
      "sagemaker:RetryPipelineExecution",
      "sagemaker:SendPipelineExecutionStep*", # success and failure
      "sagemaker:StopPipelineExecution",
      "sagemaker:UpdatePipelineExecution",
    ]
    resources = [local.pipeline_arn, "${local.pipeline_arn}/*"] # its executions
  }

  statement {
    sid    = "OnlyTheDeployerChangesThePipeline"
    effect = "Deny"
    actions = [
      "sagemaker:CreatePipeline",
      "sagemaker:DeletePipeline",
      "sagemaker:UpdatePipeline",
      "sagemaker:UpdatePipelineVersion",
    ]
    resources = [local.pipeline_arn, "${local.pipeline_arn}/*"] # its versions

    condition {
      test     = "ArnNotEquals"
      variable = "aws:PrincipalArn"
      values   = local.deployers
    }
  }

  statement {
    sid       = "OnlyTheBuildPushesTheImage"
    effect    = "Deny"
    actions   = ["ecr:BatchDeleteImage", "ecr:Delete*", "ecr:Put*", "ecr:SetRepositoryPolicy"] # images, and what the repository says of them
    resources = [local.repository_arn]

    condition {
      test     = "ArnNotEquals"
      variable = "aws:PrincipalArn"
      values   = sort(setunion(var.exempt.deployers, var.exempt.image_publishers))
    }
  }

  statement {
    sid       = "TheAccountStaysUnderThisPolicy"
    effect    = "Deny"
    actions   = ["organizations:LeaveOrganization"]
    resources = ["*"] # the action knows no resource
  }
}
