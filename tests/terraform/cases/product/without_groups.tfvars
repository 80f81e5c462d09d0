# A product that has joined, and has no group yet.
product = "insurance"
groups  = {}
