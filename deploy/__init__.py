"""What stands behind the make targets: Terraform runs, the image, the Lambda zips."""
