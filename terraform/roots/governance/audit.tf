# Every so many minutes, audit looks at all packages of the groups under the gate: what it finds becomes events, metrics and
# alarms. It writes nothing but the list of what was approved before the gate, and how often it asked start_approval for
# another run, and ends what evaluations of models left running.

locals {
  audit            = module.names.role_names.audit
  _sqs             = "arn:${var.partition}:sqs:${var.region}:${var.governance_account_id}"
  group_arns       = [for name in keys(var.groups) : "arn:${var.partition}:sagemaker:${var.region}:${var.governance_account_id}:model-package-group/${name}"]
  dead_letter_arns = ["${local._sqs}:${module.names.copier}-dlq", "${local._sqs}:${local.start_approval}-dlq"]
}

module "audit" {
  source = "../../modules/event_function"

  account            = local.account
  alarm_topic_arn    = module.alarm_topic.arn
  description        = "Finds packages whose status nothing proves, and packages that wait for a verdict."
  log_retention_days = var.log_retention_days
  memory_mb          = var.audit.memory_mb
  name               = local.audit
  policy             = data.aws_iam_policy_document.audit.json
  roles              = var.roles
  sets_aside         = false
  timeout_seconds    = var.audit.timeout_seconds
  zip_path           = var.lambda_zips.audit

  environment = merge(local.generative_environment, local.evaluation_environment, {
    MODELGATE_ARTIFACT_STORE         = module.names.artifact_store
    MODELGATE_CLAIMS_TABLE           = module.claim_table.name
    MODELGATE_DEAD_LETTER_QUEUE_URLS = jsonencode([module.copy_artifacts.dead_letter_queue_url, module.start_approval.dead_letter_queue_url])
    MODELGATE_EVENT_BUS              = "default"
    MODELGATE_GATE_DIGEST            = local.pins.gate_digest
    MODELGATE_MAX_ATTEMPTS           = var.audit.maximum_attempts
    MODELGATE_PARTITION              = var.partition
    MODELGATE_PIPELINE_NAME          = module.approval_pipeline.name
    MODELGATE_QUEUE_URL              = module.start_approval_route.queue_url
    MODELGATE_REGION                 = var.region
    MODELGATE_SIGNING_KEYS_DIGEST    = local.pins.signing_keys_digest
    MODELGATE_UNDECIDED_SECONDS      = var.audit.undecided_seconds
    POWERTOOLS_LOG_LEVEL             = var.log_level
    POWERTOOLS_METRICS_NAMESPACE     = "modelgate"
    POWERTOOLS_SERVICE_NAME          = "audit"
  })
}

module "audit_schedule" {
  source = "../../modules/function_schedule"

  account          = local.account
  interval_minutes = var.audit.interval_minutes

  function = {
    arn                   = module.audit.arn
    dead_letter_queue_arn = module.audit.dead_letter_queue_arn
    name                  = local.audit
  }
}

module "audit_alarms" {
  source = "../../modules/finding_alarms"

  alarm_topic_arn  = module.alarm_topic.arn
  interval_minutes = var.audit.interval_minutes
  name             = local.audit
}

data "aws_iam_policy_document" "audit" {
  statement {
    sid       = "ReadPackagesUnderTheGate"
    actions   = ["sagemaker:DescribeModelPackage", "sagemaker:ListModelPackages"]
    resources = concat(local.group_arns, local.package_arns) # every version of each group
  }

  statement {
    sid       = "FindExecutionsThatFailed"
    actions   = ["sagemaker:ListPipelineExecutions", "sagemaker:ListPipelineParametersForExecution"]
    resources = concat(local.pipeline_arns, [for arn in local.pipeline_arns : "${arn}/execution/*"]) # every execution
  }

  # Also without var.generative: once it is taken out of the values, what its last evaluation left would run for ever.
  statement {
    sid       = "FindWhatEvaluationsLeft"
    actions   = ["sagemaker:ListEndpoints", "sagemaker:ListTransformJobs"]
    resources = ["*"] # the actions know no resource
  }

  statement {
    sid = "EndWhatEvaluationsLeft"
    actions = [
      "sagemaker:DeleteEndpoint",
      "sagemaker:DeleteEndpointConfig",
      "sagemaker:DeleteModel",
      "sagemaker:DescribeEndpoint",
      "sagemaker:DescribeTransformJob",
      "sagemaker:ListTags",
      "sagemaker:StopTransformJob",
    ]
    resources = [for kind in ["endpoint", "endpoint-config", "model", "transform-job"] : "arn:${var.partition}:sagemaker:${var.region}:${var.governance_account_id}:${kind}/modelgate-evaluation-*"] # made for one evaluation
  }

  statement {
    sid       = "ReadWhatWasDecidedAndWhy"
    actions   = ["s3:GetObject", "s3:GetObjectVersion"]
    resources = [for folder in local.evidence_folders : "${local.evidence_store_arn}/${folder}/*"] # whatever package it is about
  }

  # Without listing, a missing object would answer 403 instead of 404.
  statement {
    sid       = "FindWhatWasDecided"
    actions   = ["s3:ListBucket"]
    resources = [local.evidence_store_arn]
  }

  statement {
    sid       = "FindVersionsOfWhatIsPinned"
    actions   = ["s3:ListBucket", "s3:ListBucketVersions"]
    resources = [local.artifact_store_arn]
  }

  statement {
    sid       = "ReadTheGateDocumentAndThePublicKeys"
    actions   = ["s3:GetObject", "s3:GetObjectVersion"]
    resources = [for name in ["gate", "signing-keys"] : "${local.artifact_store_arn}/pinned/${name}.json"]
  }

  statement {
    sid       = "ListWhatWasApprovedBeforeTheGate"
    actions   = ["s3:PutObject"]
    resources = ["${local.evidence_store_arn}/adopted/*"] # one object a group
  }

  statement {
    sid       = "ReadEncrypted"
    actions   = ["kms:Decrypt"]
    resources = [local.key_arns] # narrowed by alias

    condition {
      test     = "ForAnyValue:StringEquals"
      variable = "kms:ResourceAliases"
      values   = [local.artifact_key_alias, local.evidence_key_alias]
    }
  }

  statement {
    sid       = "WriteEncrypted"
    actions   = ["kms:GenerateDataKey"]
    resources = [local.key_arns] # narrowed by alias

    condition {
      test     = "ForAnyValue:StringEquals"
      variable = "kms:ResourceAliases"
      values   = [local.evidence_key_alias]
    }
  }

  # A zip of pure Python cannot verify a signature; the key can.
  statement {
    sid       = "VerifyDecisions"
    actions   = ["kms:Verify"]
    resources = [local.key_arns] # narrowed by alias

    condition {
      test     = "ForAnyValue:StringEquals"
      variable = "kms:ResourceAliases"
      values   = values(module.names.signing_key_aliases)
    }
  }

  # How often a package was queued again is kept beside the claims.
  statement {
    sid       = "CountAttempts"
    actions   = ["dynamodb:GetItem", "dynamodb:PutItem"]
    resources = [local.claim_table_arn]
  }

  statement {
    sid       = "AskForAnotherRun"
    actions   = ["sqs:SendMessage"]
    resources = [local.start_approval_sqs]
  }

  statement {
    sid       = "CountDeadLetters"
    actions   = ["sqs:GetQueueAttributes"]
    resources = local.dead_letter_arns
  }

  statement {
    sid       = "ReportFindings"
    actions   = ["events:PutEvents"]
    resources = ["arn:${var.partition}:events:${var.region}:${var.governance_account_id}:event-bus/default"]

    condition {
      test     = "ForAllValues:StringEquals"
      variable = "events:source"
      values   = ["modelgate.audit"]
    }
  }

  statement {
    sid       = "CountFindings"
    actions   = ["cloudwatch:PutMetricData"]
    resources = ["*"] # the action knows no resource; narrowed by namespace

    condition {
      test     = "StringEquals"
      variable = "cloudwatch:namespace"
      values   = ["modelgate"]
    }
  }
}
