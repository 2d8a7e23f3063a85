"""The least the same machine needs for the same answer: what the workloads are compared with."""
