"""No column about a person without a rule: what of it is exported, what an erasure leaves, what a janitor drops."""

import importlib
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from google.protobuf.descriptor import FieldDescriptor
from sqlalchemy import Column, MetaData, Table, Text, Uuid, text

from guild.options.v1 import policy_pb2
from mesh.clock import SystemClock
from mesh.data import Kept, janitor
from mesh.mail import MAILS_SWEPT
from mesh.privacy import ME, Blank, Delete, Keep, Personal, PersonalData, PlaceKind, Rules, Wipe
from tests.architecture.test_sql import SERVICES, leaves, metadata_of, modules
from tests.wire.test_contract import generated

HOUSES = {
    "auth": "svc_profile",
    "profile": "svc_profile",
    "graph": "svc_profile",
    "trust": "svc_profile",
    "feed": "svc_feed",
    "media": "svc_feed",
    "messaging": "svc_messaging",
    "notification": "svc_messaging",
    "jobs": "svc_jobs",
}
"""Who stores what a package of the contract speaks of."""
ELSEWHERE = {
    "guild.auth.v1.Session.address": "network: the address itself is not stored",
    "guild.auth.v1.Session.device": "agent",
    "guild.auth.v1.Session.user_agent": "agent",
    "guild.feed.v1.Poll.question": "poll_question",
    "guild.feed.v1.Poll.options": "poll_options",
    "guild.feed.v1.TextPart.text": "content",
    "guild.feed.v1.DraftPoll.question": "poll_question",
    "guild.feed.v1.DraftPoll.options": "poll_options",
    "guild.feed.v1.Post.content_html": "content",
    "guild.trust.v1.Flag.evidence": "suspicions, whose being known would void them",
    "guild.notification.v1.Notification.text": "made of the kind when it is shown",
    "guild.messaging.v1.Conversation.title": "what several call what they talk in",
    "guild.notification.v1.KindPreference.email": "whether, not where to",
    "guild.profile.v1.CompanyVerification.domain": "verification",
    **{f"guild.profile.v1.OpenToWork.{name}": "wanted" for name in ("occupation_ids", "places", "workplaces")},
    **dict.fromkeys(
        [
            "guild.notification.v1.Device.name",
            "guild.jobs.v1.ApplicationMove.note",
            "guild.jobs.v1.Candidate.location",
            "guild.jobs.v1.Candidate.note",
            "guild.jobs.v1.Candidate.skills",
        ],
        "nobody stores it: a method that would is not served",
    ),
}
"""Fields that are stored by another name, or of which there is a reason that no export shows them."""


def rules_of(service: str) -> Rules:
    return importlib.import_module(f"{service}.store.personal").RULES


def personal_fields() -> Iterator[FieldDescriptor]:
    """What the contract shows of people, once it is stored: in resources, not in requests and replies."""
    for module in generated():
        for message in module.DESCRIPTOR.message_types_by_name.values():
            if not message.name.endswith(("Request", "Response")):
                yield from (field for field in message.fields if is_personal(field))


def is_personal(field: FieldDescriptor) -> bool:
    return field.GetOptions().Extensions[policy_pb2.field].personal


FIELDS = [field for field in personal_fields() if field.full_name.split(".")[1] in HOUSES]


@pytest.mark.parametrize("service", SERVICES)
def test_every_table_has_its_rules(service: str) -> None:
    """They are made of the service's own tables, all of them; `Rules` itself refuses a column without one."""
    ruled = {rule.table.name for rule in rules_of(service).all}
    assert set(metadata_of(service).tables) == ruled


@pytest.mark.parametrize("field", FIELDS, ids=[field.full_name for field in FIELDS])
def test_what_the_contract_calls_personal_is_exported(field: FieldDescriptor) -> None:
    """A column of the field's name is shown by the service that stores it, or it is said where it went."""
    if field.full_name in ELSEWHERE:
        return
    assert field.name in rules_of(HOUSES[field.full_name.split(".")[1]]).shown, field.full_name


def swept(service: str) -> Iterator[str]:
    """The tables that a janitor drops rows of."""
    found: list[Any] = [*janitor._ALL, MAILS_SWEPT]
    for module in modules(f"{service}.store"):
        found += leaves([*vars(module).values()])
    for one in found:
        if isinstance(one, Kept):
            yield re.findall(r"DELETE FROM (\w+)", one.drop.sql)[0]


@pytest.mark.parametrize("service", SERVICES)
def test_what_is_kept_for_a_while_is_dropped_after_it(service: str) -> None:
    """A stated period is somebody's job."""
    for rule, _ in rules_of(service).personal:
        if isinstance(rule.erase, Keep | Blank) and rule.erase.period is not None:
            assert rule.table.name in set(swept(service)), f"{rule.table.name}: nobody drops it after its period"


DOCUMENT = Path(__file__).parents[2] / "docs" / "personal-data.md"
MARK = "<!-- made by tests/architecture/test_personal_data.py: UPDATE_GOLDENS=1 writes it anew -->\n"


def fate(rule: Personal) -> str:
    match rule.erase:
        case Keep(why=why, period=period):
            return f"kept: {why}" + (f" ({period.days} days)" if period else "")
        case Blank(why=why, period=period):
            return f"emptied: {why}" + (f" ({period.days} days)" if period else "")
        case _:
            return "deleted"


def sweeps(service: str) -> dict[str, str]:
    """Of each table after which moment, and how long after it, rows are dropped."""
    found: list[Any] = [*janitor._ALL, MAILS_SWEPT]
    for module in modules(f"{service}.store"):
        found += leaves([*vars(module).values()])
    return {
        name: f"{one.keep.total_seconds() / 86_400:g} days after `{column}`" if one.keep else f"at `{column}`"
        for one in found
        if isinstance(one, Kept)
        for name, column in re.findall(r"DELETE FROM (\w+) WHERE \w+\.(\w+)", one.drop.sql)
    }


def documented() -> str:
    lines: list[str] = []
    for service in SERVICES:
        dropped, tables = sweeps(service), dict[str, list[Personal]]()
        for rule, _ in rules_of(service).personal:
            tables.setdefault(rule.table.name, []).append(rule)
        lines += [
            f"## {service}",
            "",
            "| table | file of an export | an erasure | a janitor drops rows |",
            "|---|---|---|---|",
        ]
        for name, rules in sorted(tables.items()):
            sections = ", ".join(dict.fromkeys(rule.section for rule in rules if rule.section))
            unseen = next((f"none: {rule.unseen}" for rule in rules if rule.unseen), "")
            fates = "; ".join(dict.fromkeys(map(fate, rules)))
            lines.append(f"| {name} | {sections or unseen} | {fates} | {dropped.get(name, '')} |")
        lines.append("")
    return "\n".join(lines)


def test_what_becomes_of_each_table_is_written_down() -> None:
    """The document says what the rules and the janitors do."""
    prose = DOCUMENT.read_text().partition(MARK)[0]
    if os.environ.get("UPDATE_GOLDENS"):
        DOCUMENT.write_text(prose + MARK + documented())
    assert prose + MARK + documented() == DOCUMENT.read_text()


def table(*more: Column[Any]) -> tuple[MetaData, Table]:
    metadata = MetaData()
    return metadata, Table("hobbies", metadata, Column("user_id", Uuid, primary_key=True), *more)


def test_a_table_without_a_rule_is_found() -> None:
    """The rule has teeth."""
    metadata, _ = table()
    with pytest.raises(ValueError, match="hobbies has no rule"):
        Rules(metadata, [])


def test_a_new_column_without_a_rule_is_found() -> None:
    """Neither an export nor an emptied row passes over it."""
    metadata, hobbies = table(Column("hobby", Text))
    mine = hobbies.c.user_id == ME
    with pytest.raises(ValueError, match="an export does not say what becomes of hobby"):
        Rules(metadata, [Personal(hobbies, mine, Delete(), section="hobbies", shows="user_id")])
    blank = Blank({}, {"user_id": "a key"}, text("false"), "why")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="an erasure does not say what becomes of hobby"):
        Rules(metadata, [Personal(hobbies, mine, blank, unseen="why")])


def test_what_means_something_elsewhere_is_erased_by_nobody_who_does_not_tell_it() -> None:
    """Who would erase connections without voiding the verdicts that stand on them is not even made."""
    rules: Rules = importlib.import_module("svc_profile.store.personal").RULES
    db: Any = None
    with pytest.raises(ValueError, match=r"want \['connections'\] to be settled .* and \[\] are"):
        PersonalData(db, rules, SystemClock())


def test_places_are_told_apart_by_their_names() -> None:
    """What went of each is counted by its name: files called as their table would be counted as rows of it."""

    async def nothing(_: object) -> int:
        return 0

    db: Any = None
    same = Wipe(PlaceKind.FILES, "media", nothing)
    with pytest.raises(ValueError, match="two places have one name"):
        PersonalData(db, rules_of("svc_feed"), SystemClock(), [same])
