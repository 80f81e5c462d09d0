output "repository_url" {
  description = "Address to push to."
  value       = aws_ecr_repository.approval.repository_url
}
