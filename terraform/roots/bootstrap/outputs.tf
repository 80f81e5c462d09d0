output "deployer_policies" {
  description = "What the role that applies the platform in this account may do, by name: each a policy as JSON text."
  value       = module.deployer_policy.documents
}

output "repository_url" {
  description = "Address that the approval image is pushed to; none in product accounts."
  value       = one([for repository in module.image_repository : repository.repository_url])
}

output "signing_key_arns" {
  description = "ARN of each key that decisions are signed with, by name; none in product accounts."
  value       = { for name, key in module.signing_key : name => key.key_arn }
}

output "state_bucket" {
  description = "Bucket with the Terraform state of this account."
  value       = module.state_bucket.bucket
}
