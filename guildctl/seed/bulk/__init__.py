"""A network written straight into the databases of the services, for measuring at a size that calls take hours for."""
