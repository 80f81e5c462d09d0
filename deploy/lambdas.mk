.PHONY: lambdas
lambdas: install ## Build the Lambda zips into build/lambdas, the same bytes every time.
	@$(PY) -m deploy.lambdas build
