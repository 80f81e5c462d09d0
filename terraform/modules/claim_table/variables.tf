variable "name" {
  description = "Name of the table."
  type        = string
}

variable "on_destroy" {
  description = "What a destroy does with the table: \"refuse\", or \"empty\" and remove it."
  type        = string
  default     = "refuse"

  validation {
    condition     = contains(["refuse", "empty"], var.on_destroy)
    error_message = "on_destroy must be \"refuse\" or \"empty\"; use \"empty\" only where losing the claims is fine."
  }
}
