"""Parts of the composition root, one for each group of rooms."""
