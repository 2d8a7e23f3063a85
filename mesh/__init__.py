"""The runtime every service stands on."""
