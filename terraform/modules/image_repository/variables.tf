variable "name" {
  description = "Name of the repository."
  type        = string
}

variable "on_destroy" {
  description = "What a destroy does with images: \"refuse\" while there are any, or \"empty\" the repository first."
  type        = string
  default     = "refuse"

  validation {
    condition     = contains(["refuse", "empty"], var.on_destroy)
    error_message = "on_destroy must be \"refuse\" or \"empty\"; use \"empty\" only where losing the images is fine."
  }
}

variable "partition" {
  description = "AWS partition of the accounts."
  type        = string
  default     = "aws"
}

variable "reader_account_ids" {
  description = "Accounts that may pull, for promoting a digest to the next environment."
  type        = set(string)
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for id in var.reader_account_ids : can(regex("^[0-9]{12}$", id))])
    error_message = "reader_account_ids must hold account ids of 12 digits, in quotes."
  }
}

variable "untagged_days" {
  description = "Days after which an image without a tag is removed."
  type        = number
  default     = 14
}
