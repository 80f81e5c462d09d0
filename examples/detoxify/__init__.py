"""A toxicity classifier in a container, for the scorer ``detoxify@<version>``; see README.md."""
