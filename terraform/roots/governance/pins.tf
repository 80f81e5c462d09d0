# What decides a verdict, stored under fixed keys as new versions and pinned by digest. The digests are taken from the
# objects, so that whoever pins a document waits until it is stored.

locals {
  gate = jsonencode({
    schema             = "modelgate/gate/v1"
    artifact_store     = module.names.artifact_store
    evidence_store     = module.names.evidence_store
    governance_account = var.governance_account_id
    groups = {
      for name, group in var.groups : name => { account = group.account, tags = group.tags, team = group.team }
    }
    products = {
      for name, product in module.names.products : product.account_id => { bucket = product.bucket, name = name }
    }
  })

  pins = {
    gate_digest   = "sha256:${sha256(aws_s3_object.gate.content)}"
    policy_digest = "sha256:${filesha256(aws_s3_object.policy_bundle.source)}"
  }
}

resource "aws_s3_object" "gate" {
  bucket       = module.artifact_store.bucket
  key          = "pinned/gate.json"
  content      = local.gate
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
