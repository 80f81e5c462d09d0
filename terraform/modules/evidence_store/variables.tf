variable "account" {
  description = "Account that holds the resources: id, region and partition."
  type = object({
    id        = string
    region    = string
    partition = optional(string, "aws")
  })

  validation {
    condition     = can(regex("^[0-9]{12}$", var.account.id))
    error_message = "account.id must have 12 digits, in quotes so that leading zeros stay."
  }
}

variable "folder_writers" {
  description = "Folders with writers of their own, and the ARNs of the roles that alone write there; with none, nobody does."
  type        = map(set(string))
  nullable    = false

  validation {
    condition     = alltrue([for folder in keys(var.folder_writers) : can(regex("^[a-z]+(-[a-z]+)*$", folder))])
    error_message = "folder_writers: a folder is the first part of a key, such as \"break-glass\", without a slash."
  }
}

variable "key_alias" {
  description = "Alias of the bucket's key; other policies name the key by it."
  type        = string

  validation {
    condition     = startswith(var.key_alias, "alias/")
    error_message = "key_alias must start with \"alias/\"."
  }
}

variable "lock" {
  description = "Object Lock: mode (GOVERNANCE can be lifted by a named permission, COMPLIANCE by nobody) and years."
  type = object({
    mode  = string
    years = number
  })

  validation {
    condition     = contains(["GOVERNANCE", "COMPLIANCE"], var.lock.mode)
    error_message = "lock.mode must be GOVERNANCE or COMPLIANCE; COMPLIANCE cannot be undone before the years are over."
  }

  validation {
    condition     = var.lock.years >= 1 && floor(var.lock.years) == var.lock.years
    error_message = "lock.years must be a whole number of at least 1."
  }
}

variable "name" {
  description = "Name of the bucket."
  type        = string
}

variable "on_destroy" {
  description = "What a destroy does with the content: \"refuse\" while there is any, or \"empty\" the bucket first."
  type        = string
  default     = "refuse"

  validation {
    condition     = contains(["refuse", "empty"], var.on_destroy)
    error_message = "on_destroy must be \"refuse\" or \"empty\"; use \"empty\" only where losing the content is fine."
  }
}

variable "writer_role_arn" {
  description = "ARN of the one role that writes decisions, and everything outside those folders."
  type        = string
}
