# Product bus -> queue -> copy_artifacts: pulls exactly the object version that an event names.

module "copy_artifacts" {
  source = "../../modules/event_function"

  account            = local.account
  alarm_topic_arn    = module.alarm_topic.arn
  description        = "Pulls the evidence that product teams upload into the artifact store."
  log_retention_days = var.log_retention_days
  memory_mb          = var.copy_artifacts.memory_mb
  name               = module.names.copier
  policy             = data.aws_iam_policy_document.copy_artifacts.json
  roles              = var.roles
  timeout_seconds    = var.copy_artifacts.timeout_seconds
  zip_path           = var.lambda_zips.copy_artifacts

  environment = {
    MODELGATE_ARTIFACT_STORE     = module.names.artifact_store
    MODELGATE_GATE_DIGEST        = local.pins.gate_digest
    POWERTOOLS_LOG_LEVEL         = var.log_level
    POWERTOOLS_METRICS_NAMESPACE = "modelgate"
    POWERTOOLS_SERVICE_NAME      = "copy-artifacts"
  }
}

module "copy_artifacts_route" {
  source = "../../modules/event_route"

  account               = local.account
  alarm_topic_arn       = module.alarm_topic.arn
  dead_letter_queue_arn = module.copy_artifacts.dead_letter_queue_arn
  name                  = module.names.copier

  delivery = {
    batch_size                 = var.copy_artifacts.batch_size
    function_timeout_seconds   = var.copy_artifacts.timeout_seconds
    maximum_concurrency        = var.copy_artifacts.maximum_concurrency
    maximum_receives           = var.copy_artifacts.maximum_receives
    visibility_timeout_seconds = var.copy_artifacts.visibility_timeout_seconds
  }

  function = {
    arn       = module.copy_artifacts.arn
    role_name = module.copy_artifacts.role_name
  }

  rules = {
    uploaded = {
      bus         = module.event_bus.name
      description = "Objects created in the product buckets, forwarded by their accounts."
      pattern = jsonencode({
        source      = ["aws.s3"]
        detail-type = ["Object Created"]
        account     = [for product in module.names.products : product.account_id]
        detail      = { bucket = { name = [for product in module.names.products : product.bucket] } }
      })
    }
  }
}

data "aws_iam_policy_document" "copy_artifacts" {
  statement {
    sid       = "PullFromProductBuckets"
    actions   = ["s3:GetObject", "s3:GetObjectVersion"]
    resources = [for product in module.names.products : "arn:${var.partition}:s3:::${product.bucket}/*"] # whatever was uploaded
  }

  # Without listing, a version that is gone would answer 403 instead of 404, and be tried again and again.
  statement {
    sid       = "TellWhatIsGoneFromWhatIsForbidden"
    actions   = ["s3:ListBucket"]
    resources = [for product in module.names.products : "arn:${var.partition}:s3:::${product.bucket}"]
  }

  # The product's own key policy decides too; the keys are named by alias, their ids are not known here.
  statement {
    sid       = "DecryptWhatItPulls"
    actions   = ["kms:Decrypt"]
    resources = [for product in module.names.products : "arn:${var.partition}:kms:${var.region}:${product.account_id}:key/*"] # narrowed by alias

    condition {
      test     = "ForAnyValue:StringEquals"
      variable = "kms:ResourceAliases"
      values   = [for product in module.names.products : product.key_alias]
    }

    condition {
      test     = "StringEquals"
      variable = "kms:ViaService"
      values   = ["s3.${var.region}.amazonaws.com"]
    }
  }

  statement {
    sid = "WriteCopiesUnderTheirAccount"
    actions = [
      "s3:AbortMultipartUpload",
      "s3:GetObject",
      "s3:GetObjectVersion",
      "s3:PutObject",
    ]
    resources = [for product in module.names.products : "${local.artifact_store_arn}/${product.account_id}/*"] # the copies of each account
  }

  statement {
    sid       = "FindEarlierCopies"
    actions   = ["s3:ListBucket", "s3:ListBucketVersions"]
    resources = [local.artifact_store_arn]
  }

  statement {
    sid       = "ReadTheGateDocument"
    actions   = ["s3:GetObject", "s3:GetObjectVersion"]
    resources = ["${local.artifact_store_arn}/pinned/gate.json"]
  }

  statement {
    sid       = "EncryptCopies"
    actions   = ["kms:Decrypt", "kms:GenerateDataKey"]
    resources = [local.key_arns] # narrowed by alias

    condition {
      test     = "ForAnyValue:StringEquals"
      variable = "kms:ResourceAliases"
      values   = [local.artifact_key_alias]
    }
  }
}
