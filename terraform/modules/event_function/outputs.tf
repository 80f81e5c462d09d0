output "arn" {
  description = "ARN of the function."
  value       = aws_lambda_function.handler.arn
}

output "dead_letter_queue_arn" {
  description = "ARN of its dead-letter queue."
  value       = aws_sqs_queue.dead_letters.arn
}

output "dead_letter_queue_url" {
  description = "Address of its dead-letter queue."
  value       = aws_sqs_queue.dead_letters.url
}

output "role_name" {
  description = "Name of its role."
  value       = aws_iam_role.function.name
}
