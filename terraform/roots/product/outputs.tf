output "bucket" {
  description = "Bucket that the team uploads evidence to."
  value       = module.product_account.bucket
}

output "registration_role_arn" {
  description = "Role that the team's build assumes."
  value       = module.product_account.registration_role_arn
}
