output "documents" {
  description = "The policies by name, each a JSON text: limits, machinery and stores, and in governance registry and image."
  value       = local.documents
}
