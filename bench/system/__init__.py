"""The running system under load, with the members who load it."""
