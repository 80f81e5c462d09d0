# ROOT=bootstrap|governance|product|organization, or one target such as product/lending; without it, every root in order but
# organization, which is applied by itself. YES=1 does not ask.
_TERRAFORM = $(PY) -m deploy.terraform $@ "$(ENV)" $(if $(ROOT),--root "$(ROOT)") $(if $(YES),--yes)

.PHONY: plan
plan: policies lambdas ## Show what apply would change (ENV=, ROOT=).
	@$(_TERRAFORM)

.PHONY: apply
apply: policies lambdas ## Apply a saved plan, then require an empty second plan (ENV=, ROOT=, YES=1).
	@$(_TERRAFORM)

.PHONY: destroy
destroy: install ## Destroy an environment, never prod; says what it keeps (ENV=, ROOT=, YES=1).
	@$(_TERRAFORM)

.PHONY: policies
policies: install ## Build the policy bundle and the evaluations that Terraform pins, the same bytes every time (ENV=local has its own).
	@$(PY) -m deploy.policies $(ENV)
