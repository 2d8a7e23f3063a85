"""An open-loop load generator, with workloads that measure Guild against the floors of the same run."""
