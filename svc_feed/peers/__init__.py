"""Other services, in this domain's words."""
