# What hangs on the accounts that models are registered from: an SCP follows the caller, so governance's own does not
# bind them.

locals {
  _governance = "arn:${var.account.partition}:sagemaker:*:${var.account.id}:*" # all of SageMaker in governance
}

data "aws_iam_policy_document" "registration" {
  # Also in registries of the account's own: which address the service checks a registration by is not told, and whoever
  # keeps a registry for themselves can approve in it afterwards. StringNotEquals denies an absent status as well.
  statement {
    sid       = "NothingIsRegisteredAsApproved"
    effect    = "Deny"
    actions   = ["sagemaker:CreateModelPackage"]
    resources = ["*"] # whatever the package is called

    condition {
      test     = "StringNotEquals"
      variable = "sagemaker:ModelApprovalStatus"
      values   = ["PendingManualApproval"]
    }
  }

  statement {
    sid    = "NothingElseIsDoneToGovernancesRegistry"
    effect = "Deny"
    actions = [ # every kind of change that SageMaker has names for
      "sagemaker:Add*",
      "sagemaker:Delete*",
      "sagemaker:Put*",
      "sagemaker:Retry*",
      "sagemaker:Send*",
      "sagemaker:Start*",
      "sagemaker:Stop*",
      "sagemaker:Update*",
    ]
    resources = [local._governance]
  }

  statement {
    sid       = "TheAccountStaysUnderThisPolicy"
    effect    = "Deny"
    actions   = ["organizations:LeaveOrganization"]
    resources = ["*"] # the action knows no resource
  }
}
