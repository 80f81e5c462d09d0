output "arn" {
  description = "ARN of the role, built from its name."
  value       = local.role_arn
}
