# Roles, functions, queues, rules, topics, logs and alarms, all called by the prefix.

locals {
  # Which role goes to which service, and nothing else: the steps' roles are passed by the pipeline, never by hand.
  _passed = var.governs ? {
    lambda    = ["audit", "copy-artifacts", "start-approval"]
    sagemaker = ["approval"]
  } : { events = ["forward-artifacts"] }
}

data "aws_iam_policy_document" "machinery" {
  statement {
    sid = "ManageTheRolesOfThePlatform"
    actions = [
      "iam:CreateRole",
      "iam:DeleteRole",
      "iam:DeleteRolePolicy",
      "iam:GetRole",
      "iam:GetRolePolicy",
      "iam:ListAttachedRolePolicies",
      "iam:ListInstanceProfilesForRole",
      "iam:ListRolePolicies",
      "iam:PutRolePolicy",
      "iam:TagRole",
      "iam:UntagRole",
      "iam:UpdateAssumeRolePolicy",
      "iam:UpdateRole",
    ]
    resources = ["${local._platform}-*"]
  }

  dynamic "statement" {
    for_each = local._passed

    content {
      sid       = "Hand${title(statement.key)}ItsRoles"
      actions   = ["iam:PassRole"]
      resources = [for role in statement.value : "${local._platform}-${role}"]

      condition {
        test     = "StringEquals"
        variable = "iam:PassedToService"
        values   = ["${statement.key}.amazonaws.com"]
      }
    }
  }

  statement {
    sid = "ManageQueues"
    actions = [
      "sqs:CreateQueue",
      "sqs:DeleteQueue",
      "sqs:GetQueueAttributes",
      "sqs:GetQueueUrl",
      "sqs:ListQueueTags",
      "sqs:SetQueueAttributes",
      "sqs:TagQueue",
      "sqs:UntagQueue",
    ]
    resources = [local.queues]
  }

  statement {
    sid = "ManageRules"
    actions = [
      "events:DeleteRule",
      "events:DescribeRule",
      "events:ListTagsForResource",
      "events:ListTargetsByRule",
      "events:PutRule",
      "events:PutTargets",
      "events:RemoveTargets",
      "events:TagResource",
      "events:UntagResource",
    ]
    resources = ["${local._events}:rule/${local._named}"] # the platform's bus starts with the prefix too
  }

  statement {
    sid = "ManageAlarmsAndTheirTopic"
    actions = [
      "cloudwatch:DeleteAlarms",
      "cloudwatch:DescribeAlarms",
      "cloudwatch:ListTagsForResource",
      "cloudwatch:PutMetricAlarm",
      "cloudwatch:TagResource",
      "cloudwatch:UntagResource",
      "sns:CreateTopic",
      "sns:GetSubscriptionAttributes",
      "sns:GetTopicAttributes",
      "sns:ListTagsForResource",
      "sns:SetTopicAttributes",
      "sns:Subscribe",
      "sns:TagResource",
      "sns:Unsubscribe",
      "sns:UntagResource",
    ]
    resources = [local.alarms, local.topics]
  }

  dynamic "statement" {
    for_each = var.governs ? ["functions"] : []

    content {
      sid = "ManageFunctions"
      actions = [
        "lambda:AddPermission",
        "lambda:CreateFunction",
        "lambda:DeleteFunction",
        "lambda:GetFunction",
        "lambda:GetFunctionCodeSigningConfig",
        "lambda:GetFunctionConfiguration",
        "lambda:GetPolicy",
        "lambda:ListTags",
        "lambda:ListVersionsByFunction",
        "lambda:RemovePermission",
        "lambda:TagResource",
        "lambda:UntagResource",
        "lambda:UpdateFunctionCode",
        "lambda:UpdateFunctionConfiguration",
        "logs:CreateLogGroup",
        "logs:ListTagsForResource",
        "logs:PutRetentionPolicy",
        "logs:TagResource",
        "logs:UntagResource",
      ]
      resources = [local.functions, local.log_groups]
    }
  }

  # A mapping has no name; it is told by its function.
  dynamic "statement" {
    for_each = var.governs ? ["functions"] : []

    content {
      sid       = "FeedFunctionsFromQueues"
      actions   = ["lambda:CreateEventSourceMapping", "lambda:DeleteEventSourceMapping", "lambda:GetEventSourceMapping", "lambda:UpdateEventSourceMapping"]
      resources = ["*"] # narrowed by function

      condition {
        test     = "ArnLike"
        variable = "lambda:FunctionArn"
        values   = [local.functions]
      }
    }
  }

  dynamic "statement" {
    for_each = var.governs ? ["bus"] : []

    content {
      sid       = "ManageTheBus"
      actions   = ["events:CreateEventBus", "events:DescribeEventBus", "events:ListTagsForResource", "events:TagResource", "events:UntagResource"]
      resources = ["${local._events}:event-bus/${local._named}"]
    }
  }

  dynamic "statement" {
    for_each = var.governs ? ["bus"] : []

    content {
      sid       = "OpenTheBusToProducts"
      actions   = ["events:PutPermission", "events:RemovePermission"]
      resources = ["*"] # the actions know no resource
    }
  }

  statement {
    sid       = "LookUpByName"
    actions   = concat(["kms:ListAliases"], var.governs ? ["lambda:ListEventSourceMappings", "logs:DescribeLogGroups"] : [])
    resources = ["*"] # the actions know no resource, or list
  }
}
