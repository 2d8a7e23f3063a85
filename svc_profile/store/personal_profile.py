"""What members say of themselves and of each other."""

from sqlalchemy import Table

from mesh.privacy import ME, Delete, Keep, Personal, through
from svc_profile.domain.views import KEEP
from svc_profile.store.tables import (
    certifications,
    contact_marks,
    education,
    endorsements,
    handles,
    languages,
    open_to_work,
    people_search,
    positions,
    profile_views,
    recommendations,
    recommendations_given,
    search_appearances,
    skills,
)

_r, _g = recommendations.c, recommendations_given.c


def _part(table: Table, shows: str) -> Personal:
    return Personal(
        table, table.c.user_id == ME, Delete(), section=table.name, shows=shows, hides={"user_id": "the member"}
    )


PROFILE = [
    Personal(
        profile_views,
        profile_views.c.owner_id == ME,
        Delete(),
        section="profile_views",
        shows="surface day viewed_at",
        hides={
            "owner_id": "the member",
            "view_id": "a number of ours",
            "viewer_id occupation_id": "others, whom the list of viewers names as far as they let it",
        },
    ),
    Personal(
        profile_views,
        None,
        Keep("looks at others: who left is named to nobody any more, and the rows go after 90 days", KEEP),
        unseen="the ledger is that of whom was looked at",
    ),
    Personal(
        search_appearances,
        search_appearances.c.user_id == ME,
        Delete(),
        section="search_appearances",
        shows="day times",
        hides={"user_id": "the member"},
    ),
    Personal(
        people_search,
        people_search.c.user_id == ME,
        Delete(),
        unseen="the words of the profile, which is exported",
    ),
    Personal(
        contact_marks,
        contact_marks.c.user_id == ME,
        Delete(),
        unseen="keyed hashes of the address and the number, which are exported with the account",
    ),
    _part(positions, "id title company_name start end company_id occupation_id location description verification"),
    _part(education, "id school degree field_of_study start end description"),
    _part(languages, "id name proficiency"),
    Personal(
        handles,
        handles.c.user_id == ME,
        Delete(),
        section="handles",
        shows="handle since redirects_until",
        hides={"user_id": "the member"},
    ),
    _part(open_to_work, "told_to wanted"),
    _part(certifications, "id name issuer credential_id credential_url start end"),
    Personal(
        endorsements,
        endorsements.c.user_id == ME,
        Delete(),
        section="endorsements_received",
        shows="skill_id endorser_id created_at",
        hides={"user_id": "the member", "weight in_ring": "how the service weighs it"},
    ),
    Personal(
        skills,
        skills.c.user_id == ME,
        Delete(),
        section="skills",
        shows="id name concept_id endorsement_count",
        hides={"user_id": "the member", "weight": "how the service weighs endorsements"},
    ),
    Personal(
        recommendations_given,
        through(
            recommendations_given,
            (_g.author_id, _g.recipient_id),
            (_r.author_id, _r.recipient_id),
            _r.recipient_id == ME,
        ),
        Delete(),
    ),
    Personal(
        recommendations,
        _r.recipient_id == ME,
        Delete(),
        section="recommendations_received",
        shows="author_id state relationship position_id text note created_at written_at",
        hides={"recipient_id": "the member"},
    ),
    Personal(
        recommendations,
        through(
            recommendations,
            (_r.recipient_id, _r.author_id),
            (_g.recipient_id, _g.author_id),
            _g.author_id == ME,
        ),
        Delete(),
        section="recommendations_written",
        shows="recipient_id state relationship position_id text created_at written_at",
        hides={"author_id": "the member", "note": "what the recipient wrote to the member"},
    ),
    Personal(
        recommendations_given,
        _g.author_id == ME,
        Delete(),
        unseen="an index of recommendations by their author",
    ),
]
