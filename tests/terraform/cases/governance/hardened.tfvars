# What an organisation may ask for on top: a network, a boundary, a role path, content that nobody removes.
alarm_emails  = ["model-risk@example.com"]
evidence_lock = { mode = "COMPLIANCE", years = 10 }
on_destroy    = "refuse"

roles = {
  path                 = "/modelgate/"
  permissions_boundary = "arn:aws:iam::222222222222:policy/boundary"
}

vpc = {
  security_group_ids = ["sg-1"]
  subnet_ids         = ["subnet-1", "subnet-2"]
}
