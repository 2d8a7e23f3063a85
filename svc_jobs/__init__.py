"""The jobs service: companies, job postings, applications."""
