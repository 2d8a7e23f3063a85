"""What of each table is a member's: exported to them, and erased with them."""

from mesh.privacy import ME, Delete, Impersonal, Personal, Rules, mesh_rules
from svc_jobs.store.tables import applications, companies, company_admins, company_names, job_index, jobs, metadata

_a = applications.c

RULES = Rules(
    metadata,
    [
        Personal(
            applications,
            _a.applicant_id == ME,
            Delete(),
            section="job_applications",
            shows="company_id job_id application_id stage cover_letter resume_media_id created_at updated_at",
            hides={"applicant_id": "the member"},
        ),
        Personal(
            company_admins,
            company_admins.c.user_id == ME,
            Delete(),
            section="companies_spoken_for",
            shows="company_id added_at",
            hides={"user_id": "the member"},
        ),
        Impersonal(companies, "what companies say about themselves"),
        Impersonal(company_names, "names of companies"),
        Impersonal(jobs, "what companies offer; nothing says which of their members wrote it"),
        Impersonal(job_index, "where jobs are"),
        *mesh_rules(metadata),
    ],
)
STATEMENTS = [compiled.statements for compiled in RULES.personal]
