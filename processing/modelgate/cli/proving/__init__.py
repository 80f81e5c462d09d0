"""What the commands of auditors share: where a decision and its trusted keys come from, and how findings are shown."""
