output "bucket" {
  description = "Name of the bucket that evidence is uploaded to."
  value       = aws_s3_bucket.evidence.id
}

output "registration_role_arn" {
  description = "ARN of the role that a team's build assumes."
  value       = aws_iam_role.registration.arn
}
