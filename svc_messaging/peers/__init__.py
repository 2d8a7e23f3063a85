"""Other services in the words of this one."""
