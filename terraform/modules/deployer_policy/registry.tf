# Groups, the pipelines, and the images that they run.

locals {
  _sagemaker = "arn:${var.account.partition}:sagemaker:${local._arn}"
  repository = "arn:${var.account.partition}:ecr:${local._arn}:repository/${var.prefix}-approval"
}

data "aws_iam_policy_document" "registry" {
  # Groups are called by their teams, not by the prefix.
  statement {
    sid = "ManageGroups"
    actions = [
      "sagemaker:AddTags",
      "sagemaker:CreateModelPackageGroup",
      "sagemaker:DeleteModelPackageGroup",
      "sagemaker:DeleteModelPackageGroupPolicy",
      "sagemaker:DeleteTags",
      "sagemaker:DescribeModelPackageGroup",
      "sagemaker:GetModelPackageGroupPolicy",
      "sagemaker:ListTags",
      "sagemaker:PutModelPackageGroupPolicy",
    ]
    resources = ["${local._sagemaker}:model-package-group/*"] # the account exists for the gate
  }

  statement {
    sid = "ManageThePipelines"
    actions = [
      "sagemaker:AddTags",
      "sagemaker:CreatePipeline",
      "sagemaker:DeleteTags",
      "sagemaker:DescribePipeline",
      "sagemaker:ListTags",
      "sagemaker:UpdatePipeline",
    ]
    resources = [for name in ["approval", "generative-approval"] : "${local._sagemaker}:pipeline/${var.prefix}-${name}"]
  }

  statement {
    sid = "SetTheRepositoryUp"
    actions = [
      "ecr:CreateRepository",
      "ecr:DeleteRepositoryPolicy",
      "ecr:DescribeRepositories",
      "ecr:GetLifecyclePolicy",
      "ecr:GetRepositoryPolicy",
      "ecr:ListTagsForResource",
      "ecr:PutImageScanningConfiguration",
      "ecr:PutImageTagMutability",
      "ecr:PutLifecyclePolicy",
      "ecr:SetRepositoryPolicy",
      "ecr:TagResource",
      "ecr:UntagResource",
    ]
    resources = [local.repository]
  }
}

# For the role that builds and pushes; the same role or another.
data "aws_iam_policy_document" "image" {
  statement {
    sid = "PushTheImage"
    actions = [
      "ecr:BatchCheckLayerAvailability",
      "ecr:BatchGetImage",
      "ecr:CompleteLayerUpload",
      "ecr:DescribeImages",
      "ecr:GetDownloadUrlForLayer",
      "ecr:InitiateLayerUpload",
      "ecr:PutImage",
      "ecr:UploadLayerPart",
    ]
    resources = [local.repository]
  }

  statement {
    sid       = "LogInToTheRegistry"
    actions   = ["ecr:GetAuthorizationToken"]
    resources = ["*"] # the action knows no resource
  }
}
