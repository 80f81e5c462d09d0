output "name" {
  description = "Name of the bus."
  value       = aws_cloudwatch_event_bus.artifacts.name
}
