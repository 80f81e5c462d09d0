# What decides a verdict, stored under fixed keys as new versions and pinned by digest. The digests are taken from the
# objects, so that whoever pins a document waits until it is stored.

locals {
  # A bundle reaches one group after the other: those that have the next one already are judged by its digest.
  _next_path   = try(var.policy_rollout.bundle_path, var.policy_bundle_path)
  _next_digest = "sha256:${filesha256(aws_s3_object.policy_bundle_next.source)}"
  _next_groups = try(var.policy_rollout.groups, [])

  # What a group does not say is left out of the document, not written as null.
  _groups = {
    for name, group in var.groups : name => {
      for key, value in {
        account       = group.account
        evaluation    = group.evaluation
        mode          = group.mode
        policy_digest = contains(local._next_groups, name) ? local._next_digest : null
        problem_type  = group.problem_type
        risk_tier     = group.risk_tier
        tags          = group.tags
        team          = group.team
      } : key => value if value != null
    }
  }

  # What is not asked for is left out.
  _audit = {
    for key, value in {
      canaries        = length(var.audit.canaries) > 0 ? sort(var.audit.canaries) : null
      revert_unproved = var.audit.unproved_approvals == "revert" ? true : null
    } : key => value if value != null
  }

  gate = jsonencode(merge(local._audit, {
    schema             = "modelgate/gate/v1"
    artifact_store     = module.names.artifact_store
    evidence_store     = module.names.evidence_store
    governance_account = var.governance_account_id
    groups             = local._groups
    products = {
      for name, product in module.names.products : product.account_id => { bucket = product.bucket, name = name }
    }
  }))

  pins = {
    gate_digest         = "sha256:${sha256(aws_s3_object.gate.content)}"
    policy_digest       = "sha256:${filesha256(aws_s3_object.policy_bundle.source)}"
    signing_keys_digest = "sha256:${filesha256(aws_s3_object.signing_keys.source)}"
  }
}

resource "aws_s3_object" "gate" {
  bucket       = module.artifact_store.bucket
  key          = "pinned/gate.json"
  content      = local.gate
  content_type = "application/json"
  kms_key_id   = module.artifact_store.key_arn
}

# Always there, so that no end of a rollout deletes a version that an execution may still read: without a rollout it is
# the same bundle once more.
resource "aws_s3_object" "policy_bundle_next" {
  bucket       = module.artifact_store.bucket
  key          = "pinned/policy-bundle-next.json"
  source       = local._next_path
  source_hash  = filesha256(local._next_path)
  content_type = "application/json"
  kms_key_id   = module.artifact_store.key_arn
}

resource "aws_s3_object" "policy_bundle" {
  bucket       = module.artifact_store.bucket
  key          = "pinned/policy-bundle.json"
  source       = var.policy_bundle_path
  source_hash  = filesha256(var.policy_bundle_path)
  content_type = "application/json"
  kms_key_id   = module.artifact_store.key_arn
}

# The public keys that decisions are verified with, and which of them signs; deploy/ writes it from the keys themselves.
resource "aws_s3_object" "signing_keys" {
  bucket       = module.artifact_store.bucket
  key          = "pinned/signing-keys.json"
  source       = var.signing_keys_path
  source_hash  = filesha256(var.signing_keys_path)
  content_type = "application/json"
  kms_key_id   = module.artifact_store.key_arn
}
