# Tags that can move: an image that was judged could be replaced under its name.
resource "aws_ecr_repository" "planted" {
  name                 = "planted"
  image_tag_mutability = "MUTABLE"
}
