# The governance account: registry, stores, the ways of events, and the approval pipelines.

locals {
  account = { id = var.governance_account_id, partition = var.partition, region = var.region }

  artifact_key_alias = "alias/${var.prefix}-artifacts"
  evidence_key_alias = "alias/${var.prefix}-evidence"

  # Everything in the evidence store that says what was decided, and why.
  evidence_folders = ["adopted", "approved", "break-glass", "bundles", "decisions", "pinned", "refusals", "reverts", "reviews"]

  evidence_store_arn = "arn:${var.partition}:s3:::${module.names.evidence_store}"
  artifact_store_arn = "arn:${var.partition}:s3:::${module.names.artifact_store}"
  key_arns           = "arn:${var.partition}:kms:${var.region}:${var.governance_account_id}:key/*" # narrowed by alias where it is used
}

module "names" {
  source = "../../modules/names"

  deployer_roles        = concat(var.deploy_role[*], tolist(var.deployers))
  governance_account_id = var.governance_account_id
  partition             = var.partition
  prefix                = var.prefix
  products              = var.products
  region                = var.region
  role_path             = var.roles.path
  signing_keys          = var.signing_keys
}

module "alarm_topic" {
  source = "../../modules/alarm_topic"

  account = local.account
  emails  = var.alarm_emails
  name    = "${var.prefix}-alarms"
}

module "artifact_store" {
  source = "../../modules/artifact_store"

  account    = local.account
  key_alias  = local.artifact_key_alias
  name       = module.names.artifact_store
  on_destroy = var.on_destroy
  writers = merge(
    {
      executions                        = concat([for role in ["check", "collect", "evaluated"] : module.names.role_arns[role]], [for step in var.extra_steps : step.role_arn])
      "executions/*/answers"            = [module.names.role_arns.collect] # of every execution, as the next three
      "executions/*/checks"             = [module.names.role_arns.check]
      "executions/*/reports/generative" = [module.names.role_arns.check]
      "executions/*/transform"          = [module.names.role_arns.collect, module.names.role_arns.evaluated]

      # Without a second pipeline too: what anybody laid there would be believed on the day there is one.
      generative           = [module.names.role_arns.collect, module.names.role_arns.score]
      "generative/answers" = [module.names.role_arns.collect]
      "generative/tallies" = [module.names.role_arns.score]
    },
    { for name, step in var.extra_steps : "executions/*/reports/${name}" => [step.role_arn] },
    { for product in module.names.products : product.account_id => [module.names.role_arns.copy_artifacts] },
    { for arns in [module.names.deployer_role_arns] : "pinned" => arns if length(arns) > 0 }, # else whose the shell's credentials are is not known here
  )
  written_once = ["generative/answers", "generative/tallies"]
}

module "evidence_store" {
  source = "../../modules/evidence_store"

  account         = local.account
  key_alias       = local.evidence_key_alias
  lock            = var.evidence_lock
  name            = module.names.evidence_store
  on_destroy      = var.on_destroy
  writer_role_arn = module.names.role_arns.update

  folder_writers = {
    adopted     = [module.names.role_arns.audit]
    break-glass = [for _ in var.break_glass[*] : module.names.role_arns.break_glass]
    reviews     = [for _ in var.reviewers[*] : module.names.role_arns.reviewer]
  }
}

module "reviewer_role" {
  count  = var.reviewers == null ? 0 : 1
  source = "../../modules/reviewer_role"

  account        = local.account
  groups         = keys(var.groups)
  name           = module.names.role_names.reviewer
  principal_arns = var.reviewers.principal_arns
  queue_arn      = local.start_approval_sqs
  roles          = var.roles

  evidence_store = {
    bucket           = module.names.evidence_store
    key_alias        = local.evidence_key_alias
    readable_folders = local.evidence_folders
  }
}

module "break_glass_role" {
  count  = var.break_glass == null ? 0 : 1
  source = "../../modules/break_glass_role"

  account         = local.account
  alarm_topic_arn = module.alarm_topic.arn
  groups          = keys(var.groups)
  name            = module.names.role_names.break_glass
  principal_arns  = var.break_glass.principal_arns
  roles           = var.roles

  evidence_store = {
    bucket           = module.names.evidence_store
    key_alias        = local.evidence_key_alias
    readable_folders = local.evidence_folders
  }
}

module "model_registry" {
  source = "../../modules/model_registry"

  account                = local.account
  groups                 = var.groups
  registration_role_arns = { for product in module.names.products : product.account_id => product.registration_role_arn }
}

module "claim_table" {
  source = "../../modules/claim_table"

  name       = "${var.prefix}-claims"
  on_destroy = var.on_destroy
}

module "event_bus" {
  source = "../../modules/event_bus"

  account = local.account
  name    = module.names.bus
  senders = {
    for name, product in module.names.products : name => {
      account_id = product.account_id
      role_arn   = product.forwarder_role_arn
    }
  }
}

module "approval_pipeline" {
  source = "../../modules/approval_pipeline"

  account             = local.account
  alarm_topic_arn     = module.alarm_topic.arn
  compute             = var.compute
  extra_steps         = var.extra_steps
  generative          = local.generative
  groups              = keys(var.groups)
  pins                = local.pins
  roles               = var.roles
  signing_key_aliases = values(module.names.signing_key_aliases)
  vpc                 = var.vpc

  artifact_store = {
    bucket    = module.names.artifact_store
    key_alias = local.artifact_key_alias
    key_arn   = module.artifact_store.key_arn
  }

  evidence_store = {
    bucket    = module.names.evidence_store
    key_alias = local.evidence_key_alias
  }

  image = {
    repository = "${var.prefix}-approval"
    uri        = var.image_uri
  }

  names = {
    check_role  = module.names.role_names.check
    pipeline    = module.names.role_names.pipeline
    update_role = module.names.role_names.update
  }
}
