vpc = { security_group_ids = ["sg-1"], subnet_ids = ["subnet-1", "subnet-2"] }
