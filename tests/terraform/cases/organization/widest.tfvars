# The longest names that the values allow, and more roles and targets than most have: the documents must still fit.
prefix      = "modelgate-abcdefghij"
deploy_role = "platform/automation/modelgate-deploy"

deployers        = ["platform/automation/modelgate-deploy-emergency", "platform/automation/modelgate-operations"]
extra_step_roles = ["modelgate/steps/stress-test", "modelgate/steps/canary", "modelgate/steps/kolmogorov-smirnov"]
operators        = ["platform/automation/modelgate-on-call"]
image_publishers = ["platform/automation/modelgate-image-build"]

targets = {
  governance = ["ou-ab12-governanc", "222222222222"]
  products   = ["ou-ab12-producers"]
}

roles = { path = "/platform/governance/modelgate/" }
