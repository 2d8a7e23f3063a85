# The contract: generated code, vendored definitions and the checks of both.
.PHONY: proto vendor proto-lint proto-check proto-breaking proto-smoke

proto: setup ## generate gen/ from the contract: Python, Go, TypeScript, OpenAPI, descriptors
	@python -m tools.generate

vendor: setup ## write third_party/ from the Python packages of the lock
	@python -m tools.vendor

proto-lint: setup ## lint and formatting of the contract
	@buf lint
	@buf format --diff --exit-code proto

proto-check: setup ## gen/ is what the contract generates
	@python -m tools.generate --check

proto-breaking: setup ## no change breaks callers of the contract that landed last
	@python -m tools.breaking

proto-smoke: setup ## generated modules import, compile and type-check
	@python -m tools.smoke
