# The approval image. Tags never move, so a digest that Terraform pins can always be found again.

resource "aws_ecr_repository" "approval" {
  name                 = var.name
  image_tag_mutability = "IMMUTABLE"
  force_delete         = var.on_destroy == "empty"

  encryption_configuration {
    encryption_type = "KMS"
  }

  image_scanning_configuration {
    scan_on_push = true
  }
}

# Tagged images stay: a decision names the image it was made with, and an auditor may run it again.
resource "aws_ecr_lifecycle_policy" "approval" {
  repository = aws_ecr_repository.approval.name

  policy = jsonencode({
    rules = [{
      rulePriority = 1
      description  = "Untagged layers of interrupted pushes go after ${var.untagged_days} days"
      selection    = { tagStatus = "untagged", countType = "sinceImagePushed", countUnit = "days", countNumber = var.untagged_days }
      action       = { type = "expire" }
    }]
  })
}

data "aws_iam_policy_document" "pull" {
  for_each = length(var.reader_account_ids) > 0 ? toset(["readers"]) : toset([])

  statement {
    sid = "NamedAccountsPull"
    actions = [
      "ecr:BatchCheckLayerAvailability",
      "ecr:BatchGetImage",
      "ecr:GetDownloadUrlForLayer",
    ]

    principals {
      type        = "AWS"
      identifiers = [for id in var.reader_account_ids : "arn:${var.partition}:iam::${id}:root"]
    }
  }
}

resource "aws_ecr_repository_policy" "pull" {
  for_each   = data.aws_iam_policy_document.pull
  repository = aws_ecr_repository.approval.name
  policy     = each.value.json
}
