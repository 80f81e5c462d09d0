# The registry, and the pipelines that write it with their image. All packages of the account are meant, those of groups outside the gate
# too: the account exists for the gate.

locals {
  repository_arn = "arn:${var.account.partition}:ecr:${local._arn}:repository/${var.prefix}-approval"
  _sagemaker     = "arn:${var.account.partition}:sagemaker:${local._arn}"
  pipeline_arns  = [for name in sort(var.pipelines) : "${local._sagemaker}:pipeline/${name}"]
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
    resources = local.pipeline_arns

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
    resources = concat(local.pipeline_arns, [for arn in local.pipeline_arns : "${arn}/*"]) # their executions
  }

  statement {
    sid    = "OnlyTheDeployerChangesThePipelines"
    effect = "Deny"
    actions = [
      "sagemaker:CreatePipeline",
      "sagemaker:DeletePipeline",
      "sagemaker:UpdatePipeline",
      "sagemaker:UpdatePipelineVersion",
    ]
    resources = concat(local.pipeline_arns, [for arn in local.pipeline_arns : "${arn}/*"]) # their versions

    condition {
      test     = "ArnNotEquals"
      variable = "aws:PrincipalArn"
      values   = local.deployers
    }
  }

  # Answers count as the package's: whoever exchanged the model in between would be approved in its place. What is left
  # over, the audit removes.
  statement {
    sid    = "OnlyCollectRunsEvaluatedModels"
    effect = "Deny"
    actions = [ # models, endpoints and jobs, what is said of them, and asking them
      "sagemaker:Add*",
      "sagemaker:Create*",
      "sagemaker:Delete*",
      "sagemaker:Invoke*",
      "sagemaker:Stop*",
      "sagemaker:Update*",
    ]
    resources = [for kind in ["endpoint", "endpoint-config", "model", "transform-job"] : "arn:${var.account.partition}:sagemaker:*:*:${kind}/modelgate-evaluation-*"] # wherever it is, to save room

    condition {
      test     = "ArnNotEquals"
      variable = "aws:PrincipalArn"
      values   = [local._roles.audit, local._roles.collect]
    }
  }

  # A model that wears it reads every evaluated model; nobody else runs one.
  statement {
    sid       = "OnlyCollectHandsModelsTheirRole"
    effect    = "Deny"
    actions   = ["iam:PassRole"]
    resources = [local._roles.evaluated]

    condition {
      test     = "ArnNotEquals"
      variable = "aws:PrincipalArn"
      values   = [local._roles.collect]
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
