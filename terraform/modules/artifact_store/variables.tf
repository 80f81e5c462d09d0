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

variable "key_alias" {
  description = "Alias of the bucket's key; other policies name the key by it."
  type        = string

  validation {
    condition     = startswith(var.key_alias, "alias/")
    error_message = "key_alias must start with \"alias/\"."
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

variable "writers" {
  description = "Per folder of the bucket, ARNs of the roles that may write there (a star stands for any one part); other folders are left to IAM."
  type        = map(set(string))
  default     = {}
  nullable    = false

  validation {
    condition     = alltrue([for folder in keys(var.writers) : can(regex("^[^/]+(/[^/]+)*$", folder))])
    error_message = "writers: a folder is the beginning of a key, such as \"executions\", without a slash at either end."
  }
}

variable "written_once" {
  description = "Folders of `writers` in which a name is taken for good: nobody lays a second version over the first."
  type        = set(string)
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for folder in var.written_once : contains(keys(var.writers), folder)])
    error_message = "written_once: every folder must be one of `writers`, or anybody could take its names."
  }
}
