# What each step may do. Keys are named by alias: their ids are not known before they exist.

locals {
  _artifacts = "arn:${var.account.partition}:s3:::${var.artifact_store.bucket}"
  _evidence  = "arn:${var.account.partition}:s3:::${var.evidence_store.bucket}"
  _keys      = "arn:${var.account.partition}:kms:${local._arn}:key/*" # narrowed by alias in each statement
  _job_logs  = "arn:${var.account.partition}:logs:${local._arn}:log-group:/aws/sagemaker/ProcessingJobs"
}

# What every Processing job needs to start at all.
data "aws_iam_policy_document" "job" {
  statement {
    sid = "PullTheImage"
    actions = [
      "ecr:BatchCheckLayerAvailability",
      "ecr:BatchGetImage",
      "ecr:GetDownloadUrlForLayer",
    ]
    resources = ["arn:${var.account.partition}:ecr:${local._arn}:repository/${var.image.repository}"]
  }

  statement {
    sid       = "LogInToTheImageRegistry"
    actions   = ["ecr:GetAuthorizationToken"]
    resources = ["*"] # the action knows no resource
  }

  statement {
    sid       = "WriteJobLogs"
    actions   = ["logs:CreateLogGroup", "logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"]
    resources = [local._job_logs, "${local._job_logs}:*"] # its streams, whose names SageMaker chooses
  }

  statement {
    sid       = "WriteJobMetrics"
    actions   = ["cloudwatch:PutMetricData"]
    resources = ["*"] # the action knows no resource; narrowed by namespace

    condition {
      test     = "StringEquals"
      variable = "cloudwatch:namespace"
      values   = ["/aws/sagemaker/ProcessingJobs"]
    }
  }

  statement {
    sid       = "ReadTheArtifactStoreEncrypted"
    actions   = ["kms:Decrypt", "kms:DescribeKey"]
    resources = [local._keys]

    condition {
      test     = "ForAnyValue:StringEquals"
      variable = "kms:ResourceAliases"
      values   = [var.artifact_store.key_alias]
    }
  }

  statement {
    sid       = "LetTheJobsVolumeUseTheKey"
    actions   = ["kms:CreateGrant"]
    resources = [local._keys]

    condition {
      test     = "ForAnyValue:StringEquals"
      variable = "kms:ResourceAliases"
      values   = [var.artifact_store.key_alias]
    }

    condition {
      test     = "Bool"
      variable = "kms:GrantIsForAWSResource"
      values   = ["true"]
    }
  }

  dynamic "statement" {
    for_each = var.vpc[*]

    content {
      sid = "AttachJobsToTheNetwork"
      actions = [
        "ec2:CreateNetworkInterface",
        "ec2:CreateNetworkInterfacePermission",
        "ec2:DeleteNetworkInterface",
        "ec2:DeleteNetworkInterfacePermission",
        "ec2:DescribeDhcpOptions",
        "ec2:DescribeNetworkInterfaces",
        "ec2:DescribeSecurityGroups",
        "ec2:DescribeSubnets",
        "ec2:DescribeVpcs",
      ]
      resources = ["*"] # the describing actions know no resource, and interfaces get their ids when they are made
    }
  }
}

data "aws_iam_policy_document" "check" {
  source_policy_documents = [data.aws_iam_policy_document.job.json]

  statement {
    sid       = "ReadEvidenceByVersion"
    actions   = ["s3:GetObject", "s3:GetObjectVersion"]
    resources = ["${local._artifacts}/*"] # every account's copies, and what is pinned
  }

  statement {
    sid       = "FindVersionsOfEvidence"
    actions   = ["s3:ListBucket", "s3:ListBucketVersions"]
    resources = [local._artifacts]
  }

  # What was approved before, which bundles have judged the group, and what people said of a hold.
  statement {
    sid       = "ReadWhatWasDecidedBefore"
    actions   = ["s3:GetObject", "s3:GetObjectVersion"]
    resources = [for folder in ["approved", "bundles", "decisions", "reviews"] : "${local._evidence}/${folder}/*"] # names are decided at run time
  }

  statement {
    sid       = "FindWhatWasDecidedBefore"
    actions   = ["s3:ListBucket"]
    resources = [local._evidence]
  }

  statement {
    sid       = "ReadTheEvidenceStoreEncrypted"
    actions   = ["kms:Decrypt"]
    resources = [local._keys]

    condition {
      test     = "ForAnyValue:StringEquals"
      variable = "kms:ResourceAliases"
      values   = [var.evidence_store.key_alias]
    }
  }

  statement {
    sid       = "WriteResultsOfExecutions"
    actions   = ["s3:AbortMultipartUpload", "s3:PutObject"]
    resources = [for folder in concat(["checks"], [for _ in var.generative[*] : "reports/generative"]) : "${local._artifacts}/executions/*/${folder}/*"] # each execution has its own prefix, whose id is not known here
  }

  statement {
    sid       = "WriteResultsEncrypted"
    actions   = ["kms:GenerateDataKey"]
    resources = [local._keys]

    condition {
      test     = "ForAnyValue:StringEquals"
      variable = "kms:ResourceAliases"
      values   = [var.artifact_store.key_alias]
    }
  }

  statement {
    sid       = "DescribePackagesUnderTheGate"
    actions   = ["sagemaker:DescribeModelPackage"]
    resources = local.package_arns
  }
}

data "aws_iam_policy_document" "update" {
  source_policy_documents = [data.aws_iam_policy_document.job.json]

  statement {
    sid       = "ReadResultsAndWhatTheyName"
    actions   = ["s3:GetObject", "s3:GetObjectVersion"]
    resources = ["${local._artifacts}/*"] # results, pinned documents, and the evidence whose versions it verifies
  }

  statement {
    sid       = "FindVersionsOfEvidence"
    actions   = ["s3:ListBucket", "s3:ListBucketVersions"]
    resources = [local._artifacts]
  }

  # Reading too: who loses the conditional write reads the winner's record.
  statement {
    sid       = "WriteDecisionsOnce"
    actions   = ["s3:GetObject", "s3:GetObjectVersion", "s3:PutObject"]
    resources = [for folder in ["approved", "bundles", "decisions", "pinned", "refusals", "reverts"] : "${local._evidence}/${folder}/*"] # names are decided at run time
  }

  # It applies reviews, and leaves alone what was adopted or decided in an emergency: so it must not be able to write any.
  statement {
    sid       = "ReadWhatOthersSayOfPackages"
    actions   = ["s3:GetObject", "s3:GetObjectVersion"]
    resources = [for folder in ["adopted", "break-glass", "reviews"] : "${local._evidence}/${folder}/*"] # whatever package it is about
  }

  statement {
    sid       = "FindDecisions"
    actions   = ["s3:ListBucket"]
    resources = [local._evidence]
  }

  statement {
    sid       = "WriteDecisionsEncrypted"
    actions   = ["kms:Decrypt", "kms:GenerateDataKey"]
    resources = [local._keys]

    condition {
      test     = "ForAnyValue:StringEquals"
      variable = "kms:ResourceAliases"
      values   = [var.evidence_store.key_alias]
    }
  }

  # The key's own policy refuses everybody else.
  statement {
    sid       = "SignDecisions"
    actions   = ["kms:Sign"]
    resources = [local._keys]

    condition {
      test     = "ForAnyValue:StringEquals"
      variable = "kms:ResourceAliases"
      values   = sort(var.signing_key_aliases)
    }
  }

  statement {
    sid       = "CountForTheAlarms"
    actions   = ["cloudwatch:PutMetricData"]
    resources = ["*"] # the action knows no resource; narrowed by namespace

    condition {
      test     = "StringEquals"
      variable = "cloudwatch:namespace"
      values   = ["modelgate"]
    }
  }

  statement {
    sid       = "DecidePackagesUnderTheGate"
    actions   = ["sagemaker:DescribeModelPackage", "sagemaker:UpdateModelPackage"]
    resources = local.package_arns
  }
}
