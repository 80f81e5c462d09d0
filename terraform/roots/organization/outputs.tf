output "state_bucket" {
  description = "Bucket with the Terraform state of this account."
  value       = module.state_bucket.bucket
}
