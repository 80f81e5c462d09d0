output "artifact_store" {
  description = "Bucket with governance's copies of the evidence."
  value       = module.artifact_store.bucket
}

output "break_glass_role_arn" {
  description = "ARN of the role that decides past the gate in an emergency; null where nobody may."
  value       = one(module.break_glass_role[*].arn)
}

output "evidence_store" {
  description = "Bucket with the decision records."
  value       = module.evidence_store.bucket
}

output "gate_digest" {
  description = "Digest of the gate document that is pinned."
  value       = local.pins.gate_digest
}

output "group_arns" {
  description = "ARN of each group; teams register by it."
  value       = module.model_registry.group_arns
}

output "pipeline" {
  description = "Name of the approval pipeline."
  value       = module.approval_pipeline.name
}

output "policy_digest" {
  description = "Digest of the policy bundle that is pinned."
  value       = local.pins.policy_digest
}

output "reviewer_role_arn" {
  description = "ARN of the role that people review held packages with; null where nobody may."
  value       = one(module.reviewer_role[*].arn)
}

output "start_queue_url" {
  description = "URL of the queue that takes requests to judge a package again."
  value       = module.start_approval_route.queue_url
}
