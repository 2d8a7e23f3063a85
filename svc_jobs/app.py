"""The composition root of the jobs service: the only module that knows everyone."""

from guild.common.v1.content_ref_pb2 import CONTENT_KIND_COMPANY, CONTENT_KIND_JOB
from guild.events.v1.trust_pb2 import ContentModerated, ContentRestored
from guild.jobs.v1.company_service_pb2_grpc import add_CompanyServiceServicer_to_server
from guild.jobs.v1.job_service_pb2_grpc import add_JobServiceServicer_to_server
from guild.jobs.v1.recruiter_service_pb2_grpc import (
    RecruiterServiceServicer,
    add_RecruiterServiceServicer_to_server,
)
from mesh.authorship import content_authors
from mesh.events import Consumer
from mesh.lifecycle import App
from mesh.privacy import ERASED_ROWS_SWEPT, PersonalData, personal_data
from mesh.service import Base
from svc_jobs.config import Config
from svc_jobs.inbox.content_moderated import OnContentModerated, OnContentRestored
from svc_jobs.rpc.company_servicer import CompanyServicer
from svc_jobs.rpc.job_servicer import JobServicer
from svc_jobs.store.applications import ApplicationRepository
from svc_jobs.store.companies import CompanyRepository
from svc_jobs.store.job_search import JobSearch
from svc_jobs.store.jobs import JobRepository
from svc_jobs.store.personal import RULES
from svc_jobs.usecases.applications import Applications
from svc_jobs.usecases.companies import Companies
from svc_jobs.usecases.content_authors import ContentAuthors
from svc_jobs.usecases.jobs import Jobs
from svc_jobs.usecases.moderation import Moderation
from svc_jobs.usecases.search_jobs import SearchJobs

DURABLE = "jobs"
"""The name under which all instances share the events."""


def build(config: Config) -> App:
    """The jobs service, ready to start."""
    base = Base("jobs", config)
    db, clock, pager = base.db, base.clock, base.pager
    stored_companies, stored_jobs, stored_applications = CompanyRepository(), JobRepository(), ApplicationRepository()

    companies = Companies(db, stored_companies, clock)
    jobs = Jobs(db, stored_jobs, stored_companies, stored_applications, pager, clock)
    search = SearchJobs(db, JobSearch(), pager, clock)
    applications = Applications(db, stored_jobs, stored_companies, stored_applications, clock)
    authors = ContentAuthors(db, stored_companies, jobs)
    moderation = Moderation(db, stored_jobs)
    consumer = Consumer(
        base.bus,
        DURABLE,
        {ContentModerated: OnContentModerated(moderation), ContentRestored: OnContentRestored(moderation)},
    )
    return base.app(
        servicers=[
            (add_CompanyServiceServicer_to_server, CompanyServicer(companies)),
            (add_JobServiceServicer_to_server, JobServicer(jobs, search, applications)),
            (add_RecruiterServiceServicer_to_server, RecruiterServiceServicer()),
            content_authors({CONTENT_KIND_JOB: authors.of_job, CONTENT_KIND_COMPANY: authors.of_company}),
            personal_data(PersonalData(db, RULES, clock)),
        ],
        swept=[ERASED_ROWS_SWEPT],
        after=[consumer],
    )
