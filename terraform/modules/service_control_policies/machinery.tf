# What carries events to the gate, runs it and watches it. Everything of it is called by the prefix.

locals {
  function_arns   = "arn:${var.account.partition}:lambda:${local._arn}:function:${var.prefix}-*" # every function of the gate
  queue_arns      = "arn:${var.account.partition}:sqs:${local._arn}:${var.prefix}-*"             # every queue of the gate
  _events         = "arn:${var.account.partition}:events:${local._arn}"
  _names          = "${var.prefix}-*" # rules and bus of the gate
  event_arns      = ["${local._events}:event-bus/${local._names}", "${local._events}:rule/${local._names}", "${local._events}:rule/*/${local._names}"]
  alarm_arns      = "arn:${var.account.partition}:cloudwatch:${local._arn}:alarm:${var.prefix}-*" # every alarm of the gate
  alarm_topic_arn = "arn:${var.account.partition}:sns:${local._arn}:${var.prefix}-alarms"
}

data "aws_iam_policy_document" "machinery" {
  # EventBridge delivers under its own name, and is not bound by this.
  statement {
    sid       = "OnlyTheGateSendsToItsQueues"
    effect    = "Deny"
    actions   = ["sqs:SendMessage"]
    resources = [local.queue_arns]

    condition {
      test     = "ArnNotEquals"
      variable = "aws:PrincipalArn"
      values   = concat(local.operators, [for role in ["audit", "copy_artifacts", "reviewer", "start_approval"] : local._roles[role]])
    }
  }

  statement {
    sid       = "OnlyTheGateTakesFromItsQueues"
    effect    = "Deny"
    actions   = ["sqs:ChangeMessageVisibility", "sqs:DeleteMessage", "sqs:ReceiveMessage", "sqs:StartMessageMoveTask"]
    resources = [local.queue_arns]

    condition {
      test     = "ArnNotEquals"
      variable = "aws:PrincipalArn"
      values   = concat(local.operators, [local._roles.copy_artifacts, local._roles.start_approval])
    }
  }

  # Everything that changes or feeds one of these; reading stays free.
  statement {
    sid    = "OnlyTheDeployerChangesTheMachinery"
    effect = "Deny"
    actions = [
      "cloudwatch:DeleteAlarms",
      "cloudwatch:DisableAlarmActions",
      "cloudwatch:Put*Alarm*", # a rule that mutes one too
      "cloudwatch:SetAlarmState",
      "events:DeleteEventBus",
      "events:DeleteRule",
      "events:DisableRule",
      "events:PutRule",
      "events:PutTargets",
      "events:RemoveTargets",
      "events:UpdateEventBus",
      "lambda:Add*", # permissions
      "lambda:Create*",
      "lambda:Delete*",
      "lambda:Invoke*", # an event by hand is one that nobody sent
      "lambda:Publish*",
      "lambda:Put*",
      "lambda:Remove*",
      "lambda:Update*",
      "sns:AddPermission",
      "sns:DeleteTopic",
      "sns:Put*", # what a topic withholds
      "sns:RemovePermission",
      "sns:SetTopicAttributes",
      "sqs:AddPermission",
      "sqs:DeleteQueue",
      "sqs:PurgeQueue",
      "sqs:RemovePermission",
      "sqs:SetQueueAttributes",
    ]
    resources = concat(local.event_arns, [local.alarm_arns, local.alarm_topic_arn, local.function_arns, local.queue_arns])

    condition {
      test     = "ArnNotEquals"
      variable = "aws:PrincipalArn"
      values   = local.deployers
    }
  }

  # A mapping has no name; it is told by its function.
  statement {
    sid       = "OnlyTheDeployerFeedsTheFunctions"
    effect    = "Deny"
    actions   = ["lambda:CreateEventSourceMapping", "lambda:DeleteEventSourceMapping", "lambda:UpdateEventSourceMapping"]
    resources = ["*"] # narrowed by function

    condition {
      test     = "ArnLike"
      variable = "lambda:FunctionArn"
      values   = [local.function_arns]
    }

    condition {
      test     = "ArnNotEquals"
      variable = "aws:PrincipalArn"
      values   = local.deployers
    }
  }

  # A run of the audit that never was would keep the alarm on its absence quiet.
  statement {
    sid       = "OnlyTheGateCountsInItsNamespace"
    effect    = "Deny"
    actions   = ["cloudwatch:PutMetricData"]
    resources = ["*"] # the action knows no resource; narrowed by namespace

    condition {
      test     = "StringEquals"
      variable = "cloudwatch:namespace"
      values   = ["modelgate"]
    }

    condition {
      test     = "ArnNotEquals"
      variable = "aws:PrincipalArn"
      values   = [local._roles.audit, local._roles.update]
    }
  }

  statement {
    sid       = "OnlyTheAuditReportsFindings"
    effect    = "Deny"
    actions   = ["events:PutEvents"]
    resources = ["*"] # whatever the bus is called; narrowed by source

    condition {
      test     = "ForAnyValue:StringEquals"
      variable = "events:source"
      values   = ["modelgate.audit"]
    }

    condition {
      test     = "ArnNotEquals"
      variable = "aws:PrincipalArn"
      values   = [local._roles.audit]
    }
  }

  # The alarms on break-glass hear of its use from a trail, and people of an alarm by a subscription. These actions know no
  # resource, or one that is not called by the prefix.
  statement {
    sid    = "OnlyTheDeployerOpensBusesOrSilencesTrailsAndAlarms"
    effect = "Deny"
    actions = [
      "cloudtrail:DeleteTrail",
      "cloudtrail:PutEventSelectors",
      "cloudtrail:StopLogging",
      "cloudtrail:UpdateTrail",
      "events:PutPermission",
      "events:RemovePermission",
      "sns:SetSubscriptionAttributes", # a filter silences as well
      "sns:Unsubscribe",
    ]
    resources = ["*"] # whatever the trail, the bus and the subscription are called

    condition {
      test     = "ArnNotEquals"
      variable = "aws:PrincipalArn"
      values   = local.deployers
    }
  }
}
