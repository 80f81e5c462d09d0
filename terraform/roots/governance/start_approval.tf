# Registry, artifact store and reviews -> queue -> start_approval: one execution for each package and change.

locals {
  start_approval     = module.names.role_names.start_approval
  start_approval_sqs = "arn:${var.partition}:sqs:${var.region}:${var.governance_account_id}:${local.start_approval}"
  claim_table_arn    = "arn:${var.partition}:dynamodb:${var.region}:${var.governance_account_id}:table/${var.prefix}-claims"
  pipeline_arns      = [for name in concat([module.names.role_names.pipeline], [for _ in var.generative[*] : module.names.generative_pipeline]) : "arn:${var.partition}:sagemaker:${var.region}:${var.governance_account_id}:pipeline/${name}"]
  package_arns       = [for name in keys(var.groups) : "arn:${var.partition}:sagemaker:${var.region}:${var.governance_account_id}:model-package/${name}/*"] # every version
}

module "start_approval" {
  source = "../../modules/event_function"

  account            = local.account
  alarm_topic_arn    = module.alarm_topic.arn
  description        = "Starts one approval for each registered version, as soon as its evidence has arrived."
  log_retention_days = var.log_retention_days
  memory_mb          = var.start_approval.memory_mb
  name               = local.start_approval
  policy             = data.aws_iam_policy_document.start_approval.json
  roles              = var.roles
  timeout_seconds    = var.start_approval.timeout_seconds
  zip_path           = var.lambda_zips.start_approval

  environment = merge(local.generative_environment, {
    MODELGATE_ARTIFACT_STORE         = module.names.artifact_store
    MODELGATE_CLAIMS_TABLE           = module.claim_table.name
    MODELGATE_GATE_DIGEST            = local.pins.gate_digest
    MODELGATE_MAX_RUNNING_EXECUTIONS = var.start_approval.maximum_running_executions
    MODELGATE_PARTITION              = var.partition
    MODELGATE_PIPELINE_NAME          = module.approval_pipeline.name
    MODELGATE_QUEUE_URL              = module.start_approval_route.queue_url
    MODELGATE_REGION                 = var.region
    MODELGATE_RETRY_SECONDS          = var.start_approval.retry_seconds
    MODELGATE_WAIT_SECONDS           = var.start_approval.wait_seconds
    POWERTOOLS_LOG_LEVEL             = var.log_level
    POWERTOOLS_METRICS_NAMESPACE     = "modelgate"
    POWERTOOLS_SERVICE_NAME          = "start-approval"
  })
}

module "start_approval_route" {
  source = "../../modules/event_route"

  account               = local.account
  alarm_topic_arn       = module.alarm_topic.arn
  dead_letter_queue_arn = module.start_approval.dead_letter_queue_arn
  name                  = local.start_approval

  delivery = {
    batch_size                 = var.start_approval.batch_size
    function_timeout_seconds   = var.start_approval.timeout_seconds
    maximum_concurrency        = var.start_approval.maximum_concurrency
    maximum_receives           = var.start_approval.maximum_receives
    visibility_timeout_seconds = var.start_approval.visibility_timeout_seconds
  }

  function = {
    arn       = module.start_approval.arn
    role_name = module.start_approval.role_name
  }

  rules = {
    registered = {
      bus         = "default"
      description = "Versions of the groups under the gate that are, or are again, waiting for a verdict."
      pattern = jsonencode({
        source      = ["aws.sagemaker"]
        detail-type = ["SageMaker Model Package State Change"]
        detail = {
          ModelApprovalStatus   = ["PendingManualApproval"]
          ModelPackageGroupName = keys(var.groups)

          # Our own writes of metadata to a held package must not start another run.
          "$or" = [
            { UpdatedModelPackageFields = [{ exists = false }] },
            { UpdatedModelPackageFields = ["ModelApprovalStatus"] },
          ]
        }
      })
    }

    # Copies only: their keys start with the account. Pinned documents and results of executions do not.
    arrived = {
      bus         = "default"
      description = "Copies that arrived in the artifact store: a package may have waited for them."
      pattern = jsonencode({
        source      = ["aws.s3"]
        detail-type = ["Object Created"]
        detail = {
          bucket = { name = [module.names.artifact_store] }
          object = { key = [for product in module.names.products : { prefix = "${product.account_id}/" }] }
        }
      })
    }

    # The run that follows applies what was said.
    reviewed = {
      bus         = "default"
      description = "Reviews of held packages, written to the evidence store."
      pattern = jsonencode({
        source      = ["aws.s3"]
        detail-type = ["Object Created"]
        detail = {
          bucket = { name = [module.names.evidence_store] }
          object = { key = [{ prefix = "reviews/" }] }
        }
      })
    }
  }
}

data "aws_iam_policy_document" "start_approval" {
  statement {
    sid       = "StartAndCountApprovals"
    actions   = ["sagemaker:ListPipelineExecutions", "sagemaker:StartPipelineExecution"]
    resources = local.pipeline_arns
  }

  statement {
    sid       = "DescribePackagesUnderTheGate"
    actions   = ["sagemaker:DescribeModelPackage"]
    resources = local.package_arns # every version of each group
  }

  # HeadObject is GetObject to IAM; without listing, a missing object would answer 403 instead of 404.
  statement {
    sid       = "SeeWhichEvidenceHasArrived"
    actions   = ["s3:ListBucket", "s3:ListBucketVersions"]
    resources = [local.artifact_store_arn]
  }

  statement {
    sid       = "ReadCopiesAndTheGateDocument"
    actions   = ["s3:GetObject", "s3:GetObjectVersion"]
    resources = concat(["${local.artifact_store_arn}/pinned/gate.json"], [for product in module.names.products : "${local.artifact_store_arn}/${product.account_id}/*"]) # whatever a package names
  }

  statement {
    sid       = "DecryptWhatItReads"
    actions   = ["kms:Decrypt"]
    resources = [local.key_arns] # narrowed by alias

    condition {
      test     = "ForAnyValue:StringEquals"
      variable = "kms:ResourceAliases"
      values   = [local.artifact_key_alias]
    }
  }

  statement {
    sid = "ClaimPackages"
    actions = [
      "dynamodb:DeleteItem",
      "dynamodb:GetItem",
      "dynamodb:PutItem",
      "dynamodb:Query",
      "dynamodb:UpdateItem",
    ]
    resources = [local.claim_table_arn]
  }

  statement {
    sid       = "LookAgainLater"
    actions   = ["sqs:SendMessage"]
    resources = [local.start_approval_sqs]
  }
}
