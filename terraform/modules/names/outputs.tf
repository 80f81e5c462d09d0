output "artifact_store" {
  description = "Bucket with governance's copies of the evidence."
  value       = "${var.prefix}-artifacts-${var.governance_account_id}"
}

output "bus" {
  description = "Name of the governance bus that takes the product accounts' events."
  value       = local.bus
}

output "bus_arn" {
  description = "ARN of that bus."
  value       = "arn:${var.partition}:events:${var.region}:${var.governance_account_id}:event-bus/${local.bus}"
}

output "copier" {
  description = "Name of the function that copies artifacts, and of its role."
  value       = local.copier
}

output "copier_role_arn" {
  description = "ARN of the role that pulls from the product buckets."
  value       = "${local._governance_roles}${local.copier}"
}

output "deployer_role_arns" {
  description = "ARNs of the roles that apply the platform; none where the shell's own credentials do."
  value       = sort([for name in var.deployer_roles : "arn:${var.partition}:iam::${var.governance_account_id}:role/${name}"])
}

output "evidence_store" {
  description = "Bucket with the decision records."
  value       = "${var.prefix}-evidence-${var.governance_account_id}"
}

output "generative_pipeline" {
  description = "Name of the pipeline for groups with an evaluation."
  value       = "${var.prefix}-generative-approval"
}

output "products" {
  description = "Per product: account_id, bucket, key_alias, forwarder_role_arn and registration_role_arn."
  value       = local.products
}

output "role_arns" {
  description = "ARN of each of the control's own roles, by what it is."
  value       = { for role, name in local.role_names : role => "${local._governance_roles}${name}" }
}

output "role_names" {
  description = "Name of each of those roles."
  value       = local.role_names
}

output "signing_key_aliases" {
  description = "Alias of each key that decisions are signed with, by the key's name."
  value       = { for name in var.signing_keys : name => "alias/${var.prefix}-signing-${name}" }
}
