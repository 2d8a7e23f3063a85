"""The composition root of the jobs service: the only module that knows everyone."""

from guild.jobs.v1.company_service_pb2_grpc import add_CompanyServiceServicer_to_server
from guild.jobs.v1.job_service_pb2_grpc import add_JobServiceServicer_to_server
from guild.jobs.v1.recruiter_service_pb2_grpc import (
    RecruiterServiceServicer,
    add_RecruiterServiceServicer_to_server,
)
from mesh.lifecycle import App
from mesh.service import Base
from svc_jobs.config import Config
from svc_jobs.rpc.company_servicer import CompanyServicer
from svc_jobs.rpc.job_servicer import JobServicer
from svc_jobs.store.applications import ApplicationRepository
from svc_jobs.store.companies import CompanyRepository
from svc_jobs.store.job_search import JobSearch
from svc_jobs.store.jobs import JobRepository
from svc_jobs.usecases.apply import Apply
from svc_jobs.usecases.create_company import CreateCompany
from svc_jobs.usecases.create_job import CreateJob
from svc_jobs.usecases.get_company import GetCompany
from svc_jobs.usecases.get_job import GetJob
from svc_jobs.usecases.search_jobs import SearchJobs


def build(config: Config) -> App:
    """The jobs service, ready to start."""
    base = Base("jobs", config)
    db, clock = base.db, base.clock
    companies, jobs, applications = CompanyRepository(), JobRepository(), ApplicationRepository()
    return base.app(
        servicers=[
            (
                add_CompanyServiceServicer_to_server,
                CompanyServicer(CreateCompany(db, companies, clock), GetCompany(db, companies, clock)),
            ),
            (
                add_JobServiceServicer_to_server,
                JobServicer(
                    create_job=CreateJob(db, companies, jobs, clock),
                    get_job=GetJob(db, jobs, companies, applications),
                    search_jobs=SearchJobs(db, JobSearch(), base.page_tokens, clock),
                    apply=Apply(db, jobs, companies, applications, clock),
                    clock=clock,
                ),
            ),
            (add_RecruiterServiceServicer_to_server, RecruiterServiceServicer()),
        ],
    )
