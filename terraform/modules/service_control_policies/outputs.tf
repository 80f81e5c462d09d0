output "documents" {
  description = "The policies as they are attached, by name: each a JSON text."
  value       = local.documents
}
