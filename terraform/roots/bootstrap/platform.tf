# The platform's values, the same in every root (environments/<environment>/platform.tfvars).

variable "alarm_emails" {
  description = "Addresses that receive every alarm; each must confirm once per account."
  type        = set(string)
  default     = []
  nullable    = false
}

variable "deploy_role" {
  description = "Path and name of a role in each account that Terraform assumes (without a leading slash); without it, the caller's own credentials."
  type        = string
  default     = null

  validation {
    condition     = var.deploy_role == null ? true : can(regex("^[^/:][^:]*$", var.deploy_role))
    error_message = "deploy_role is a name such as \"modelgate-deploy\" or a path and name \"platform/modelgate-deploy\", not an ARN."
  }
}

variable "deployers" {
  description = "Roles of the governance account that apply the platform beside `deploy_role`, by path and name, without a leading slash."
  type        = set(string)
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for name in var.deployers : can(regex("^[^/:*?][^:*?]*$", name))])
    error_message = "deployers: each is a name such as \"modelgate-deploy\" or a path and name \"platform/modelgate-deploy\", not an ARN and not a pattern."
  }
}

variable "environment" {
  description = "Name of the environment: the folder that holds its values."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{1,15}$", var.environment))
    error_message = "environment must be 2 to 16 lower-case letters, digits and hyphens, such as \"staging\"."
  }
}

variable "governance_account_id" {
  description = "Account that holds the registry, the stores and the approval pipeline."
  type        = string

  validation {
    condition     = can(regex("^[0-9]{12}$", var.governance_account_id))
    error_message = "governance_account_id must have 12 digits, in quotes so that leading zeros stay."
  }
}

variable "image_reader_account_ids" {
  description = "Accounts that may pull the approval image, for promoting its digest to the next environment."
  type        = set(string)
  default     = []
  nullable    = false
}

variable "on_destroy" {
  description = "What a destroy does with buckets, tables and images that hold something: \"refuse\", or \"empty\" them first."
  type        = string
  default     = "refuse"

  validation {
    condition     = contains(["refuse", "empty"], var.on_destroy)
    error_message = "on_destroy must be \"refuse\" or \"empty\"; use \"empty\" only where losing the content is fine."
  }
}

variable "partition" {
  description = "AWS partition of all accounts."
  type        = string
  default     = "aws"

  validation {
    condition     = contains(["aws", "aws-cn", "aws-us-gov"], var.partition)
    error_message = "partition must be aws, aws-cn or aws-us-gov."
  }
}

variable "plan_role" {
  description = "Path and name of a role that only reads, assumed instead of deploy_role for a plan that nobody applies."
  type        = string
  default     = null
}

variable "prefix" {
  description = "First part of every name; tells the environments apart."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{1,18}[a-z0-9]$", var.prefix))
    error_message = "prefix must be 3 to 20 lower-case letters, digits and hyphens, so that bucket names stay within 63 characters."
  }
}

variable "products" {
  description = "Product accounts by product name; each has its own state."
  type        = map(object({ account_id = string }))
  nullable    = false

  validation {
    condition     = alltrue([for name in keys(var.products) : can(regex("^[a-z][a-z0-9-]{0,18}[a-z0-9]$", name))])
    error_message = "products: a name has 2 to 20 lower-case letters, digits and hyphens, because bucket names hold it."
  }

  validation {
    condition     = alltrue([for product in var.products : can(regex("^[0-9]{12}$", product.account_id))])
    error_message = "products: account_id must have 12 digits, in quotes so that leading zeros stay."
  }

  validation {
    condition     = length(distinct(concat([var.governance_account_id], [for p in var.products : p.account_id]))) == length(var.products) + 1
    error_message = "products: each product needs an account of its own, and none may share the governance account."
  }
}

variable "region" {
  description = "Region of the platform."
  type        = string

  validation {
    condition     = can(regex("^[a-z]{2}(-[a-z]+)+-[0-9]$", var.region))
    error_message = "region must be a region's name, such as \"eu-west-1\"."
  }
}

variable "roles" {
  description = "Path of every role, and the permissions boundary that the organisation asks for, if any."
  type = object({
    path                 = optional(string, "/")
    permissions_boundary = optional(string)
  })
  default  = {}
  nullable = false

  validation {
    condition     = startswith(var.roles.path, "/") && endswith(var.roles.path, "/")
    error_message = "roles.path must start and end with a slash, such as \"/modelgate/\"."
  }
}

variable "signing_keys" {
  description = "Names of the keys that decisions are signed with, oldest first: the last one signs, the others go on verifying what they signed."
  type        = list(string)
  nullable    = false

  validation {
    condition     = length(var.signing_keys) > 0 && length(distinct(var.signing_keys)) == length(var.signing_keys)
    error_message = "signing_keys must hold at least one name, each once; to rotate, add a name at the end and keep the others."
  }

  validation {
    condition     = alltrue([for name in var.signing_keys : can(regex("^[a-z0-9]([a-z0-9-]{0,30}[a-z0-9])?$", name))])
    error_message = "signing_keys: a name has up to 32 lower-case letters, digits and hyphens, with no hyphen at either end, such as \"2026\"."
  }
}
