"""All that the command knows of the services' tables: what is copied into them, what must be true of them afterwards.

Columns that are not named here have a default. Whoever changes a table a member's doing is stored in changes this too:
`tests/journeys/test_bulk.py` writes with it and reads through the services.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from guildctl.seed.bulk.records import Record, Records
from guildctl.seed.careers import career
from guildctl.seed.plan import Plan

Rows = Callable[[Records], Iterable[Record]]


@dataclass(frozen=True, slots=True)
class Copy:
    """A table with the columns that are written, and where the rows come from."""

    table: str
    columns: str
    rows: Rows


@dataclass(frozen=True, slots=True)
class Count:
    """What a query over the rows of this network counts, and how many it should find.

    The query may join `seeded (number, user_id)`: the people of the network.
    """

    what: str
    sql: str
    expected: Callable[[Plan], int]


@dataclass(frozen=True, slots=True)
class Database:
    """One service's database: what is copied, what is counted in the end."""

    name: str
    copies: Sequence[Copy]
    counts: Sequence[Count]
    first: Sequence[str] = ()
    """Statements that go before."""
    then: Sequence[str] = ()
    """Statements that follow."""


SEEDED = Copy("seeded", "number user_id", Records.numbers)
MAKE_SEEDED = "CREATE TEMPORARY TABLE seeded (number integer PRIMARY KEY, user_id uuid NOT NULL UNIQUE)"
MEMBERS = "SELECT EXISTS (SELECT FROM users)"
KNOWN = "SELECT EXISTS (SELECT FROM credentials WHERE email = $1)"

_MAKE_FRIENDSHIPS = """
    CREATE TEMPORARY TABLE friendships
        (asker integer, asked integer, requested timestamptz, accepted timestamptz) ON COMMIT DROP"""
_MAKE_DIRECTIONS = """
    CREATE TEMPORARY TABLE directions
        (user_id uuid, connected_user_id uuid, asker uuid, asked uuid, requested timestamptz, accepted timestamptz)
    ON COMMIT DROP"""
_TELL_THE_PLANNER = "ANALYZE seeded, friendships"
_DIRECT = """
    INSERT INTO directions
    SELECT way.*, one.user_id, other.user_id, requested, accepted
    FROM friendships JOIN seeded AS one ON one.number = asker JOIN seeded AS other ON other.number = asked
    CROSS JOIN LATERAL (VALUES (one.user_id, other.user_id), (other.user_id, one.user_id)) AS way
    ORDER BY 1, 2"""  # in the order of the keys they get: an index that grows at its end is written once
_CONNECT = """
    INSERT INTO connections
        (user_id, connected_user_id, status, requested_by, note, created_at, updated_at, accepted_at)
    SELECT user_id, connected_user_id, 'accepted', asker, '', requested, accepted, accepted FROM directions"""
_FOLLOW = """
    INSERT INTO follows (user_id, other_id, outgoing, chosen, followed_at)
    SELECT user_id, connected_user_id, outgoing, false, accepted
    FROM directions CROSS JOIN (VALUES (false), (true)) AS way (outgoing)"""
_REMEMBER = """
    INSERT INTO connection_history
        (user_id, connected_user_id, change_id, from_status, to_status, actor_id, changed_at)
    SELECT user_id, connected_user_id,
           (lpad(to_hex((extract(epoch FROM changed_at) * 1000)::bigint), 12, '0')
            || '7' || left(chance, 3) || '8' || substr(chance, 4, 15))::uuid,
           from_status, to_status, actor_id, changed_at
    FROM directions
    CROSS JOIN LATERAL (VALUES ('none', 'pending', asker, requested), ('pending', 'accepted', asked, accepted))
        AS change (from_status, to_status, actor_id, changed_at)
    CROSS JOIN LATERAL (SELECT md5(asker::text || asked::text || to_status) AS chance) AS dice"""


def _none(_plan: Plan) -> int:
    return 0


PROFILE = Database(
    "guild_profile",
    (
        Copy("users", "user_id name headline location email created_at updated_at parts_revision", Records.users),
        Copy("positions", "user_id id title company_name start occupation_id", Records.positions),
        Copy("education", "user_id id school end", Records.education),
        Copy("skills", "user_id id name concept_id", Records.skills),
        Copy("credentials", "email user_id password_hash created_at updated_at", Records.credentials),
        Copy("friendships", "asker asked requested accepted", Records.friendships),
    ),
    (
        Count("members", "SELECT count(*) FROM users JOIN seeded USING (user_id)", lambda plan: len(plan.world.people)),
        Count(
            "credentials",
            "SELECT count(*) FROM credentials JOIN seeded USING (user_id)",
            lambda plan: len(plan.world.people),
        ),
        *(
            Count(
                table,
                f"SELECT count(*) FROM {table} JOIN seeded USING (user_id)",  # noqa: S608 - a name of our own
                lambda plan: len(plan.world.people),
            )
            for table in ("positions", "education")
        ),
        Count(
            "skills",
            "SELECT count(*) FROM skills JOIN seeded USING (user_id)",
            lambda plan: sum(len(career(person).skills) for person in plan.world.people),
        ),
        Count(
            "directions of friendships",
            "SELECT count(*) FROM connections JOIN seeded USING (user_id) WHERE status = 'accepted'",
            lambda plan: 2 * len(plan.world.graph),
        ),
        Count(
            "connections without their mirror image",
            """SELECT count(*) FROM connections AS one JOIN seeded USING (user_id) LEFT JOIN connections AS other
               ON other.user_id = one.connected_user_id AND other.connected_user_id = one.user_id
               AND (other.status, other.requested_by, other.note, other.created_at, other.updated_at, other.accepted_at)
                   = (one.status, one.requested_by, one.note, one.created_at, one.updated_at, one.accepted_at)
               WHERE other.user_id IS NULL""",
            _none,
        ),
        Count(
            "follows of the connected, each of both sides",
            "SELECT count(*) FROM follows JOIN seeded USING (user_id)",
            lambda plan: 4 * len(plan.world.graph),
        ),
        Count(
            "connections before joining",
            """SELECT count(*) FROM connections JOIN seeded USING (user_id) JOIN users USING (user_id)
               WHERE connections.created_at < users.created_at""",
            _none,
        ),
        Count(
            "entries of histories",
            "SELECT count(*) FROM connection_history JOIN seeded USING (user_id)",
            lambda plan: 4 * len(plan.world.graph),
        ),
        Count(
            "changes that only one side remembers",
            """SELECT count(*) FROM (
                   SELECT change_id FROM connection_history JOIN seeded USING (user_id)
                   GROUP BY change_id HAVING count(*) <> 2) AS lonely""",
            _none,
        ),
    ),
    (_MAKE_FRIENDSHIPS, _MAKE_DIRECTIONS),
    (_TELL_THE_PLANNER, _DIRECT, _CONNECT, _FOLLOW, _REMEMBER),
)
FEED = Database(
    "guild_feed",
    (
        Copy(
            "posts",
            "author_id id kind content visibility like_count reaction_counts comment_count comment_sequence created_at"
            " updated_at",
            Records.posts_written,
        ),
        Copy("post_index", "id author_id", Records.post_index),
        Copy("engagement", "post_author_id post_id user_id type reaction created_at", Records.reactions),
        Copy("comments", "post_author_id post_id id author_id sequence thread content created_at", Records.comments),
    ),
    (
        Count(
            "posts",
            "SELECT count(*) FROM posts JOIN seeded ON user_id = author_id",
            lambda plan: len(plan.posts),
        ),
        Count(
            "posts that their id does not find",
            """SELECT count(*) FROM posts JOIN seeded ON user_id = author_id
               LEFT JOIN post_index USING (id, author_id) WHERE post_index.id IS NULL""",
            _none,
        ),
        Count(
            "likes",
            "SELECT count(*) FROM engagement JOIN seeded USING (user_id)",
            lambda plan: len(plan.likes),
        ),
        Count(
            "comments",
            "SELECT count(*) FROM comments JOIN seeded ON user_id = author_id",
            lambda plan: len(plan.comments),
        ),
        Count(
            "posts that count other likes or comments than they have",
            """SELECT count(*) FROM posts JOIN seeded ON user_id = author_id
               LEFT JOIN (SELECT post_author_id, post_id, count(*) AS likes,
                                 count(*) FILTER (WHERE reaction = 'love') AS loves
                          FROM engagement GROUP BY 1, 2) AS liked
                   ON (liked.post_author_id, liked.post_id) = (author_id, id)
               LEFT JOIN (SELECT post_author_id, post_id, count(*) AS said, max(sequence) AS last
                          FROM comments GROUP BY 1, 2) AS commented
                   ON (commented.post_author_id, commented.post_id) = (author_id, id)
               WHERE (like_count, coalesce(reaction_counts[4], 0), comment_count, comment_sequence)
                     <> (coalesce(likes, 0), coalesce(loves, 0), coalesce(said, 0), coalesce(last, 0))""",
            _none,
        ),
    ),
)
MESSAGING = Database(
    "guild_messaging",
    (
        Copy("conversations", "conversation_id kind participant_ids last_sequence created_at", Records.talks),
        Copy("direct_conversations", "user_lo user_hi conversation_id", Records.pairs),
        Copy(
            "user_conversations",
            "user_id conversation_id last_activity last_sequence last_read_sequence unread_count",
            Records.inboxes,
        ),
        Copy(
            "messages",
            "conversation_id sequence message_id sender_id client_message_id content created_at",
            Records.messages,
        ),
    ),
    (
        Count(
            "conversations",
            "SELECT count(*) FROM direct_conversations JOIN seeded ON user_id = user_lo",
            lambda plan: len(plan.conversations),
        ),
        Count(
            "messages",
            "SELECT count(*) FROM messages JOIN seeded ON user_id = sender_id",
            lambda plan: sum(len(talk.messages) for talk in plan.conversations),
        ),
        Count(
            "conversations that count other messages than they have",
            """SELECT count(*) FROM direct_conversations JOIN seeded ON user_id = user_lo
               JOIN conversations USING (conversation_id)
               LEFT JOIN (SELECT conversation_id, count(*) AS sent, max(sequence) AS last FROM messages GROUP BY 1)
                   AS written USING (conversation_id)
               WHERE (last_sequence, last_sequence) <> (coalesce(sent, 0), coalesce(last, 0))""",
            _none,
        ),
        Count(
            "members who have a conversation in another way than it is",
            """SELECT count(*) FROM conversations CROSS JOIN unnest(participant_ids) AS member (user_id)
               JOIN seeded USING (user_id)
               LEFT JOIN user_conversations AS mine USING (user_id, conversation_id)
               CROSS JOIN LATERAL (
                   SELECT count(*) AS unread FROM messages
                   WHERE messages.conversation_id = conversations.conversation_id AND sequence > mine.last_read_sequence
                   AND sender_id <> member.user_id) AS counted
               WHERE (mine.last_sequence, mine.unread_count)
                     IS DISTINCT FROM (conversations.last_sequence, counted.unread)""",
            _none,
        ),
    ),
)
JOBS = Database(
    "guild_jobs",
    (
        Copy("companies", "company_id name description industry location created_at updated_at", Records.company_pages),
        Copy("company_names", "name_key company_id", Records.company_names),
        Copy("company_admins", "company_id user_id added_at", Records.company_admins),
        Copy(
            "jobs",
            "company_id job_id company_name title description location remote "
            "salary_currency salary_min salary_max salary_period experience_level employment_type skills status "
            "created_at updated_at expires_at skill_keys place",
            Records.openings,
        ),
        Copy("job_words", "company_id job_id words", Records.job_words),
        Copy("job_index", "job_id company_id", Records.job_index),
        Copy(
            "applications",
            "company_id job_id applicant_id application_id stage cover_letter created_at updated_at",
            Records.hopefuls,
        ),
    ),
    (
        Count(
            "companies",
            """SELECT count(*) FROM company_admins JOIN seeded USING (user_id)
               JOIN companies USING (company_id) JOIN company_names USING (company_id)""",
            lambda plan: len(plan.companies),
        ),
        Count(
            "jobs",
            """SELECT count(*) FROM company_admins JOIN seeded USING (user_id)
               JOIN jobs USING (company_id) JOIN job_index USING (company_id, job_id)""",
            lambda plan: len(plan.jobs),
        ),
        Count(
            "jobs that no search finds",
            """SELECT count(*) FROM company_admins JOIN seeded USING (user_id) JOIN jobs USING (company_id)
               WHERE length(words) = 0 OR place = ''""",
            _none,
        ),
        Count(
            "applications",
            "SELECT count(*) FROM applications JOIN seeded ON user_id = applicant_id",
            lambda plan: len(plan.applications),
        ),
    ),
    first=("CREATE TEMPORARY TABLE job_words (company_id uuid, job_id uuid, words text) ON COMMIT DROP",),
    then=(  # a tsvector cannot be copied in PostgreSQL's own format
        """UPDATE jobs SET words = job_words.words::tsvector FROM job_words
           WHERE (jobs.company_id, jobs.job_id) = (job_words.company_id, job_words.job_id)""",
    ),
)
DATABASES = (PROFILE, FEED, MESSAGING, JOBS)
