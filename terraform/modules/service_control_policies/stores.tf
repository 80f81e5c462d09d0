# What verdicts rest on and what proves them. Who of the writers writes where is in the buckets' own policies.

locals {
  _bucket     = "arn:${var.account.partition}:s3:::"
  store_arns  = ["${local._bucket}${var.buckets.artifacts}", "${local._bucket}${var.buckets.evidence}"]
  state_arn   = "${local._bucket}${var.buckets.state}"
  claims_arn  = "arn:${var.account.partition}:dynamodb:${local._arn}:table/${var.prefix}-claims"
  _keys       = "arn:${var.account.partition}:kms:${local._arn}:key/*" # narrowed by alias in each statement
  key_aliases = "alias/${var.prefix}-*"                                # stores, signing, alarms, state
  signing     = "alias/${var.prefix}-signing-*"                        # whatever the keys are called
}

data "aws_iam_policy_document" "stores" {
  statement {
    sid       = "OnlyTheGateWritesToTheStores"
    effect    = "Deny"
    actions   = ["s3:PutObject"]
    resources = [for arn in local.store_arns : "${arn}/*"] # every object

    condition {
      test     = "ArnNotEquals"
      variable = "aws:PrincipalArn"
      values = concat(local.deployers, sort(var.exempt.extra_steps), [
        for role in ["audit", "break_glass", "check", "collect", "copy_artifacts", "evaluated", "reviewer", "score", "update"] : local._roles[role]
      ])
    }
  }

  statement {
    sid    = "OnlyTheDeployerClearsTheStores"
    effect = "Deny"
    actions = [     # of objects and versions; stars save room
      "s3:Bypass*", # the lock
      "s3:DeleteObject*",
      "s3:ObjectOwner*", # handing an object on
      "s3:PutObject*Acl",
      "s3:PutObjectLegalHold",
      "s3:PutObjectRetention",
      "s3:Replicate*",
      "s3:UpdateObject*", # encryption with a key that its owner can take away
    ]
    resources = [for arn in local.store_arns : "${arn}/*"] # every object

    condition {
      test     = "ArnNotEquals"
      variable = "aws:PrincipalArn"
      values   = local.deployers
    }
  }

  # Policies, versioning, lock, life cycle, notifications; and Terraform's state, object by object.
  statement {
    sid       = "OnlyTheDeployerChangesTheBuckets"
    effect    = "Deny"
    actions   = ["s3:CreateBucket", "s3:Delete*", "s3:Put*"] # every change of a bucket
    resources = concat(local.store_arns, [local.state_arn, "${local.state_arn}/*"])

    condition {
      test     = "ArnNotEquals"
      variable = "aws:PrincipalArn"
      values   = local.deployers
    }
  }

  # The audit counts its attempts there.
  statement {
    sid       = "OnlyTheTriggerClaims"
    effect    = "Deny"
    actions   = ["dynamodb:BatchWrite*", "dynamodb:Delete*", "dynamodb:PartiQL*", "dynamodb:Put*", "dynamodb:Restore*", "dynamodb:Update*"] # items and table; all of PartiQL, to save room
    resources = [local.claims_arn]

    condition {
      test     = "ArnNotEquals"
      variable = "aws:PrincipalArn"
      values   = concat(local.deployers, [local._roles.audit, local._roles.start_approval])
    }
  }

  statement {
    sid       = "OnlyTheUpdateStepSigns"
    effect    = "Deny"
    actions   = ["kms:Sign"]
    resources = [local._keys]

    condition {
      test     = "ForAnyValue:StringLike"
      variable = "kms:ResourceAliases"
      values   = [local.signing]
    }

    condition {
      test     = "ArnNotEquals"
      variable = "aws:PrincipalArn"
      values   = [local._roles.update]
    }
  }

  # A grant would let its holder sign past every policy.
  statement {
    sid       = "NobodyHandsASigningKeyOn"
    effect    = "Deny"
    actions   = ["kms:CreateGrant"]
    resources = [local._keys]

    condition {
      test     = "ForAnyValue:StringLike"
      variable = "kms:ResourceAliases"
      values   = [local.signing]
    }
  }

  statement {
    sid       = "OnlyTheDeployerChangesTheKeys"
    effect    = "Deny"
    actions   = ["kms:DisableKey*", "kms:PutKeyPolicy", "kms:Schedule*", "kms:Update*"] # with deletion, rotation, description and aliases
    resources = [local._keys]

    condition {
      test     = "ForAnyValue:StringLike"
      variable = "kms:ResourceAliases"
      values   = [local.key_aliases]
    }

    condition {
      test     = "ArnNotEquals"
      variable = "aws:PrincipalArn"
      values   = local.deployers
    }
  }

  # Policies name keys by alias: whoever moves one moves them.
  statement {
    sid       = "OnlyTheDeployerMovesAliases"
    effect    = "Deny"
    actions   = ["kms:*Alias"] # making, moving and removing; listing is another word
    resources = ["arn:${var.account.partition}:kms:${local._arn}:${local.key_aliases}"]

    condition {
      test     = "ArnNotEquals"
      variable = "aws:PrincipalArn"
      values   = local.deployers
    }
  }
}
