"""What of each table is a member's: exported to them, and erased with them."""

from datetime import timedelta

from mesh.data import constant, kept
from mesh.privacy import ME, Blank, Delete, Impersonal, Keep, Personal, Rules, mesh_rules
from svc_profile.domain import actions as operators
from svc_profile.domain import decisions as moderation
from svc_profile.domain import flags as trust
from svc_profile.domain.erasure import SETTLE
from svc_profile.store import tables as t
from svc_profile.store.personal_factors import FACTORS
from svc_profile.store.personal_graph import GRAPH
from svc_profile.store.personal_profile import PROFILE

KEEP_HISTORY = timedelta(days=730)
"""What came of requests to connect: longer than any budget, cool-down or suspicion looks back."""
HISTORY_SWEPT = kept(t.connection_history.c.changed_at, KEEP_HISTORY)

_SELF = {"user_id": "the member"}
_LEDGER = "what operators decided is on record for who may contest it, and for who must show that it was fair"

ACCOUNT = [
    Personal(
        t.sessions,
        t.sessions.c.user_id == ME,
        Delete(),
        section="sessions",
        shows="session_id created_at last_used_at expires_at revoked_at device_name agent network",
        hides=_SELF,
    ),
    Personal(t.refresh_tokens, t.refresh_tokens.c.user_id == ME, Delete(), unseen="hashes of secrets"),
    Personal(
        t.devices,
        t.devices.c.user_id == ME,
        Delete(),
        section="devices",
        shows="first_seen_at last_seen_at",
        hides={**_SELF, "fingerprint": "a hash"},
    ),
    Personal(
        t.mailed_tokens,
        t.mailed_tokens.c.user_id == ME,
        Delete(),
        section="mailed_tokens",
        shows="purpose email about created_at expires_at used_at",
        hides={**_SELF, "token_hash": "a hash of a secret"},
    ),
    Personal(
        t.work_addresses,
        t.work_addresses.c.user_id == ME,
        Delete(),
        unseen="hashes of addresses, whose domains stand at the positions",
    ),
    Personal(
        t.phone_codes,
        t.phone_codes.c.user_id == ME,
        Delete(),
        section="phone_codes",
        shows="phone_number sent expires_at",
        hides={**_SELF, "code_hash guesses window_began_at": "how guesses are held off"},
    ),
    Personal(
        t.credentials,
        t.credentials.c.user_id == ME,
        Delete(),
        section="sign_in",
        shows="email created_at updated_at held_until",
        hides={**_SELF, "password_hash": "a hash of a secret"},
    ),
]
TRUST = [
    Personal(
        t.decisions,
        t.decisions.c.user_id == ME,
        Keep(_LEDGER, moderation.KEEP),
        section="decisions",
        shows="decision_id kind explanation created_at expires_at ended_at content_kind content_id content_parent_id",
        hides={
            **_SELF,
            "operator reason flag_id": "who decided and what led to it, which is for operators",
            "forget_at": "until when it is kept",
        },
    ),
    Personal(
        t.appeals,
        t.appeals.c.user_id == ME,
        Keep(_LEDGER, moderation.KEEP),
        section="appeals",
        shows="decision_id text state answer created_at resolved_at",
        hides={**_SELF, "resolved_by": "an operator"},
    ),
    Personal(
        t.operator_actions,
        t.operator_actions.c.subject_id == ME,
        Keep("the log of what operators do has no holes", operators.KEEP),
        unseen="what operators did is shown as their decisions",
    ),
    Personal(
        t.canaries,
        t.canaries.c.user_id == ME,
        Delete(),
        unseen="that an account is one is known to operators alone",
    ),
    Personal(
        t.reports,
        t.reports.c.reporter_id == ME,
        Blank(
            {"comment": constant("")},
            {
                "reporter_id subject_id report_id flag_id": "a flag stands on different reporters",
                "user_id content_kind content_id content_parent_id reason created_at": "what was reported",
            },
            t.reports.c.comment == constant(""),
            "a report is about somebody else, and is weighed after its reporter has left; what they wrote is gone",
            trust.KEEP,
        ),
        section="reports",
        shows="report_id subject_id user_id content_kind content_id content_parent_id reason comment created_at",
        hides={"reporter_id": "the member", "flag_id": "what became of it is for operators"},
    ),
    Personal(
        t.flags,
        None,
        Keep("what was suspected, for as long as it may come up again", trust.KEEP),
        unseen="suspicions, whose being known would void them",
    ),
]
PRIVACY = [
    Personal(
        t.exports,
        t.exports.c.user_id == ME,
        Delete(),
        section="exports",
        shows="export_id created_at expires_at",
        hides=_SELF,
    ),
    Personal(
        t.erasures,
        t.erasures.c.user_id == ME,
        Keep("who is to be erased, until every service has looked twice; then the id goes too", SETTLE),
        unseen="an account that is closed has no export",
    ),
    Impersonal(t.erasure_steps, "numbers under the id of an erasure, which names nobody"),
]
TAXONOMY = [
    Impersonal(t.taxonomy_concepts, "names of skills and occupations"),
    Impersonal(t.taxonomy_relations, "which skills go with an occupation"),
    Impersonal(t.taxonomy_imports, "which files were imported"),
]
LAST = [
    Personal(
        t.users,
        t.users.c.user_id == ME,
        Delete(),
        section="account",
        shows="user_id name headline about location profile_picture_url industry email email_verified_at phone_number"
        " handle created_at updated_at deleted_at shadow_ban_until suspended_until limited_until profile_audience"
        " connections_audience email_audience message_audience viewer_mode discoverable traversable"
        " findable_by_contact field_audiences",
        hides={"parts_revision": "a counter", "searchable_by": "a version of rules"},
    ),
]
"""The account itself: while its row is there, an erasure is not done."""

RULES = Rules(
    t.metadata,
    [*GRAPH, *PROFILE, *TRUST, *ACCOUNT, *FACTORS, *PRIVACY, *TAXONOMY, *mesh_rules(t.metadata), *LAST],
    settled=[t.connections],  # verdicts that others keep stand on them
)
STATEMENTS = [compiled.statements for compiled in RULES.personal]
