"""The tables of the profile service, a module for each room of the domain.

Every primary key carries the distribution column (`user_id`, or the key itself where a table has no member), so that
the same schema runs on one PostgreSQL and on a distributed one.
"""

from svc_profile.store.tables.accounts import (
    credentials,
    devices,
    mailed_tokens,
    phone_codes,
    refresh_tokens,
    sessions,
    work_addresses,
)
from svc_profile.store.tables.career import certifications, education, endorsements, languages, positions, skills
from svc_profile.store.tables.columns import metadata
from svc_profile.store.tables.factors import (
    factor_recoveries,
    passkey_challenges,
    passkey_credentials,
    passkeys,
    recovery_codes,
    sign_in_steps,
    totp_secrets,
)
from svc_profile.store.tables.graph import (
    audience_list_members,
    audience_lists,
    blocks,
    connection_history,
    connections,
    follows,
    mutes,
    suggestion_dismissals,
)
from svc_profile.store.tables.people import handles, open_to_work, users
from svc_profile.store.tables.privacy import erasure_steps, erasures, exports
from svc_profile.store.tables.recommendations import recommendations, recommendations_given
from svc_profile.store.tables.search import contact_holders, contact_marks, contact_matches, people_search
from svc_profile.store.tables.taxonomy import taxonomy_concepts, taxonomy_imports, taxonomy_relations
from svc_profile.store.tables.trust import appeals, canaries, decisions, flags, operator_actions, reports
from svc_profile.store.tables.views import profile_views, search_appearances

__all__ = [
    "appeals",
    "audience_list_members",
    "audience_lists",
    "blocks",
    "canaries",
    "certifications",
    "connection_history",
    "connections",
    "contact_holders",
    "contact_marks",
    "contact_matches",
    "credentials",
    "decisions",
    "devices",
    "education",
    "endorsements",
    "erasure_steps",
    "erasures",
    "exports",
    "factor_recoveries",
    "flags",
    "follows",
    "handles",
    "languages",
    "mailed_tokens",
    "metadata",
    "mutes",
    "open_to_work",
    "operator_actions",
    "passkey_challenges",
    "passkey_credentials",
    "passkeys",
    "people_search",
    "phone_codes",
    "positions",
    "profile_views",
    "recommendations",
    "recommendations_given",
    "recovery_codes",
    "refresh_tokens",
    "reports",
    "search_appearances",
    "sessions",
    "sign_in_steps",
    "skills",
    "suggestion_dismissals",
    "taxonomy_concepts",
    "taxonomy_imports",
    "taxonomy_relations",
    "totp_secrets",
    "users",
    "work_addresses",
]
