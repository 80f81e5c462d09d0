# BASE_IMAGE=name:tag@sha256:… and IMAGE_USER=uid:gid override the Dockerfile's defaults.
.PHONY: image
image: install ## Build the approval image once, push it, record its digest (ENV=).
	@test -n "$(ENV)" || { echo "error: say which environment: make image ENV=local"; exit 2; }
	@$(PY) -m deploy.image build "$(ENV)" $(if $(BASE_IMAGE),--base "$(BASE_IMAGE)") $(if $(IMAGE_USER),--user "$(IMAGE_USER)")

.PHONY: promote
promote: install ## Copy the same image digest onwards (FROM= TO=).
	@test -n "$(FROM)" -a -n "$(TO)" || { echo "error: say from where to where: make promote FROM=dev TO=staging"; exit 2; }
	@$(PY) -m deploy.image promote "$(FROM)" "$(TO)"
