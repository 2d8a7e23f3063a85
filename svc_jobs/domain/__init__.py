"""What is true about companies, jobs, applications, in plain Python."""
