"""A post for followers whom a generator makes, with the stores of the running system: what `wide-author` measures."""
