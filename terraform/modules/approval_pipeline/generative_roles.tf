# The roles of the second pipeline: one asks, one counts, and what is asked wears the third.

resource "aws_iam_role" "collect" {
  for_each = local._generative

  name                 = each.value.names.collect_role
  description          = "Asks models under evaluation and keeps their answers; can neither count in them nor judge."
  path                 = var.roles.path
  permissions_boundary = var.roles.permissions_boundary
  assume_role_policy   = data.aws_iam_policy_document.trust.json
}

resource "aws_iam_role" "score" {
  for_each = local._generative

  name                 = each.value.names.score_role
  description          = "Counts in collected answers; can neither ask a model nor judge."
  path                 = var.roles.path
  permissions_boundary = var.roles.permissions_boundary
  assume_role_policy   = data.aws_iam_policy_document.trust.json
}

resource "aws_iam_role" "evaluated" {
  for_each = local._hosting

  name                 = local._generative.generative.names.evaluated_role
  description          = "Worn by models while they are evaluated: pulls their images and reads governance's copies of them."
  path                 = var.roles.path
  permissions_boundary = var.roles.permissions_boundary
  assume_role_policy   = data.aws_iam_policy_document.trust.json
}

resource "aws_iam_role_policy" "collect" {
  for_each = local._generative

  name   = "collect"
  role   = aws_iam_role.collect[each.key].name
  policy = data.aws_iam_policy_document.collect[each.key].json
}

resource "aws_iam_role_policy" "score" {
  for_each = local._generative

  name   = "score"
  role   = aws_iam_role.score[each.key].name
  policy = data.aws_iam_policy_document.score[each.key].json
}

resource "aws_iam_role_policy" "evaluated" {
  for_each = local._hosting

  name   = "run"
  role   = aws_iam_role.evaluated[each.key].name
  policy = data.aws_iam_policy_document.evaluated[each.key].json
}
