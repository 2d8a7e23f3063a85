"""What is true of a network and told to nobody."""

import json
import stat
from collections import Counter
from pathlib import Path
from typing import Any

from guildctl.seed.planning import plan
from guildctl.seed.population import HORIZON
from guildctl.seed.topics import TOPICS
from guildctl.seed.truth import write_truth
from guildctl.seed.worlds import invent


def test_the_truth_names_everybody_by_the_ids_of_the_system(tmp_path: Path) -> None:
    """A line for the network, for each member, post and job; only its owner may read it."""
    planned = plan(invent(60, 42))
    people, posts, jobs = (
        {number: f"{kind}{number}" for number in range(count)}
        for kind, count in (("u", 60), ("p", len(planned.posts)), ("j", len(planned.jobs)))
    )

    path = write_truth(tmp_path, planned, people, posts, jobs)

    lines: list[dict[str, Any]] = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    member, person = lines[8], planned.world.people[7]
    assert (tmp_path / "n60-s42" / "truth.jsonl", 0o600) == (path, stat.S_IMODE(path.stat().st_mode))
    assert {"network": 1, "member": 60, "post": len(posts), "job": len(jobs)} == Counter(line["kind"] for line in lines)
    assert [topic.name for topic in TOPICS] == lines[0]["topics"]
    assert ("u7", person.email, HORIZON - person.joined) == (member["id"], member["email"], member["joined"])
    assert (list(person.tastes), person.school) == (member["tastes"], member["school"])
    assert (planned.jobs[-1].topic, jobs[len(jobs) - 1]) == (lines[-1]["topic"], lines[-1]["id"])
