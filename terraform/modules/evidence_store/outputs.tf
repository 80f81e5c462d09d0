output "bucket" {
  description = "Name of the bucket."
  value       = aws_s3_bucket.evidence.id
}

output "key_arn" {
  description = "ARN of the key that encrypts it."
  value       = aws_kms_key.evidence.arn
}
