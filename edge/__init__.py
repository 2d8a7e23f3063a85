"""The edge: REST, WebSocket and public gRPC in front of the services, by the contract alone."""
