"""Tools of the build: what `make vendor`, `make proto` and the checks of the contract run."""
