# What each of those roles may do. Models, endpoints and jobs of an evaluation are told by their names.

locals {
  # Zero or one, by what they are; `hosting` only where models are run for their evaluation.
  _generative = { for generative in var.generative[*] : "generative" => generative }
  _hosting    = { for hosting in try(var.generative.hosting[*], []) : "hosting" => hosting }

  _asked_packages = [for group in keys(try(var.generative.groups, {})) : "${local._sagemaker}:model-package/${group}/*"]                                     # every version
  _asked_copies   = [for account in sort(distinct(values(try(var.generative.groups, {})))) : "${local._artifacts}/${account}/*"]                             # whatever their packages name
  _evaluation     = { for kind in ["endpoint", "endpoint-config", "model", "transform-job"] : kind => "${local._sagemaker}:${kind}/modelgate-evaluation-*" } # made for one evaluation, and removed after it
}

data "aws_iam_policy_document" "collect" {
  for_each = local._generative

  source_policy_documents = [data.aws_iam_policy_document.job.json]

  statement {
    sid       = "ReadWhatToAskAndWhatWasAnswered"
    actions   = ["s3:GetObject", "s3:GetObjectVersion"]
    resources = concat([for folder in ["executions/*/transform/output", "generative/answers", "pinned"] : "${local._artifacts}/${folder}/*"], local._asked_copies) # neither ids nor parts are known here
  }

  statement {
    sid       = "FindVersionsOfEvidence"
    actions   = ["s3:ListBucket", "s3:ListBucketVersions"]
    resources = [local._artifacts]
  }

  statement {
    sid       = "WriteAnswers"
    actions   = ["s3:AbortMultipartUpload", "s3:PutObject"]
    resources = [for folder in ["executions/*/answers", "executions/*/transform/input", "generative/answers"] : "${local._artifacts}/${folder}/*"] # as above
  }

  statement {
    sid       = "WriteAnswersEncrypted"
    actions   = ["kms:GenerateDataKey"]
    resources = [local._keys]

    condition {
      test     = "ForAnyValue:StringEquals"
      variable = "kms:ResourceAliases"
      values   = [var.artifact_store.key_alias]
    }
  }

  statement {
    sid       = "DescribePackagesThatAreEvaluated"
    actions   = ["sagemaker:DescribeModelPackage"]
    resources = local._asked_packages
  }

  dynamic "statement" {
    for_each = length(each.value.bedrock_model_arns) > 0 ? ["bedrock"] : []

    content {
      sid       = "AskModelsOfBedrock"
      actions   = ["bedrock:InvokeModel"] # Converse too
      resources = sort(each.value.bedrock_model_arns)
    }
  }

  dynamic "statement" {
    for_each = each.value.openai_secret_arn[*]

    content {
      sid       = "ReadTheKeyOfTheServerThatIsAsked"
      actions   = ["secretsmanager:GetSecretValue"]
      resources = [statement.value]
    }
  }

  dynamic "statement" {
    for_each = each.value.openai_secret_key_arn[*]

    content {
      sid       = "DecryptTheKeyOfTheServerThatIsAsked"
      actions   = ["kms:Decrypt"]
      resources = [statement.value]

      condition {
        test     = "StringEquals"
        variable = "kms:ViaService"
        values   = ["secretsmanager.${split(":", each.value.openai_secret_arn)[3]}.amazonaws.com"]
      }
    }
  }

  dynamic "statement" {
    for_each = local._hosting

    content {
      sid = "RunModelsForTheirEvaluation"
      actions = [
        "sagemaker:AddTags",
        "sagemaker:CreateEndpoint",
        "sagemaker:CreateEndpointConfig",
        "sagemaker:CreateTransformJob",
        "sagemaker:DeleteEndpoint",
        "sagemaker:DeleteEndpointConfig",
        "sagemaker:DeleteModel",
        "sagemaker:DescribeEndpoint",
        "sagemaker:DescribeTransformJob",
        "sagemaker:InvokeEndpoint",
        "sagemaker:ListTags",
        "sagemaker:StopTransformJob",
      ]
      resources = values(local._evaluation)
    }
  }

  # The model's own code wears a role: cut off from the network, it can use it for nothing.
  dynamic "statement" {
    for_each = local._hosting

    content {
      sid       = "MakeModelsWithoutANetwork"
      actions   = ["sagemaker:CreateModel"]
      resources = [local._evaluation.model]

      condition {
        test     = "Bool"
        variable = "sagemaker:NetworkIsolation"
        values   = ["true"]
      }
    }
  }

  dynamic "statement" {
    for_each = local._hosting

    content {
      sid       = "HandModelsTheirRole"
      actions   = ["iam:PassRole"]
      resources = [local.role_arn.evaluated]

      condition {
        test     = "StringEquals"
        variable = "iam:PassedToService"
        values   = ["sagemaker.amazonaws.com"]
      }
    }
  }
}

data "aws_iam_policy_document" "score" {
  for_each = local._generative

  source_policy_documents = [data.aws_iam_policy_document.job.json]

  statement {
    sid     = "ReadAnswersAndWhatWasCounted"
    actions = ["s3:GetObject", "s3:GetObjectVersion"]
    resources = [for folder in ["executions/*/answers", "generative/answers", "generative/tallies", "pinned"] : # neither ids nor parts are known here
    "${local._artifacts}/${folder}/*"]
  }

  statement {
    sid       = "FindAnswers"
    actions   = ["s3:ListBucket", "s3:ListBucketVersions"]
    resources = [local._artifacts]
  }

  statement {
    sid       = "WriteWhatItCounts"
    actions   = ["s3:PutObject"]
    resources = ["${local._artifacts}/generative/tallies/*"] # named by what was counted in
  }

  statement {
    sid       = "WriteWhatItCountsEncrypted"
    actions   = ["kms:GenerateDataKey"]
    resources = [local._keys]

    condition {
      test     = "ForAnyValue:StringEquals"
      variable = "kms:ResourceAliases"
      values   = [var.artifact_store.key_alias]
    }
  }

  dynamic "statement" {
    for_each = anytrue([for scorer in each.value.scorers : startswith(scorer, "comprehend@")]) ? ["comprehend"] : []

    content {
      sid       = "HaveToxicityScoredByComprehend"
      actions   = ["comprehend:DetectToxicContent"]
      resources = ["*"] # the action knows no resource
    }
  }

  dynamic "statement" {
    for_each = length(each.value.guardrail_arns) > 0 ? ["guardrails"] : []

    content {
      sid       = "HaveToxicityScoredByGuardrails"
      actions   = ["bedrock:ApplyGuardrail"]
      resources = sort(each.value.guardrail_arns)
    }
  }

  dynamic "statement" {
    for_each = length(each.value.judge_model_arns) > 0 ? ["judges"] : []

    content {
      sid       = "HaveModelsJudge"
      actions   = ["bedrock:InvokeModel"] # Converse asks for it as well
      resources = sort(each.value.judge_model_arns)
    }
  }
}

data "aws_iam_policy_document" "evaluated" {
  for_each = local._hosting

  statement {
    sid       = "PullTheImagesOfModels"
    actions   = ["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"]
    resources = sort(each.value.image_repository_arns)
  }

  statement {
    sid       = "LogInToTheImageRegistry"
    actions   = ["ecr:GetAuthorizationToken"]
    resources = ["*"] # the action knows no resource
  }

  # A transform job reads what it asks, and writes what was answered, as its model's role.
  statement {
    sid       = "ReadCopiesOfModelsAndWhatToAsk"
    actions   = ["s3:GetObject", "s3:GetObjectVersion"]
    resources = concat(["${local._artifacts}/executions/*/transform/input/*"], local._asked_copies) # ids of executions are not known here
  }

  statement {
    sid       = "FindWhatToAsk"
    actions   = ["s3:ListBucket"]
    resources = [local._artifacts]
  }

  statement {
    sid       = "WriteAnswersOfTransforms"
    actions   = ["s3:AbortMultipartUpload", "s3:PutObject"]
    resources = ["${local._artifacts}/executions/*/transform/output/*"] # as above
  }

  statement {
    sid       = "UseTheArtifactStoreEncrypted"
    actions   = ["kms:Decrypt", "kms:GenerateDataKey"]
    resources = [local._keys]

    condition {
      test     = "ForAnyValue:StringEquals"
      variable = "kms:ResourceAliases"
      values   = [var.artifact_store.key_alias]
    }
  }
}
