"""What is true of a network and told to nobody: tastes, circles, topics. An evaluation of recommendations reads it.

A file of JSON lines, each with its `kind`:

    network  name, seed, people, friendships, topics
    member   id, email, label, joined, city, school, graduated, company, interests, tastes
    post     id, author, topic
    job      id, company, topic

An `id` is the system's. `tastes` is a share of attention for each of the network's topics, `interests` and `topic` are
places among them, `joined` is in seconds before the present (whoever came through the calls has just come, though),
`label` is what an edge list called the member. A member cares about a post or a job as much as `tastes[topic]` says,
about another member as much as tastes and circles agree.
"""

import json
import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from guildctl.seed.plan import Plan
from guildctl.seed.population import HORIZON
from guildctl.seed.topics import TOPICS

Ids = Mapping[int, object]
"""What the system calls people, posts, jobs."""


def write_truth(folder: Path, plan: Plan, people: Ids, posts: Ids, jobs: Ids) -> Path:
    """Write the truth of a network that has been made; return the file, which only its owner may read."""
    path = folder / plan.world.name / "truth.jsonl"
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_suffix(".part")
    with os.fdopen(os.open(unfinished, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600), "w", encoding="utf-8") as file:
        for line in _lines(plan, people, posts, jobs):
            file.write(json.dumps(line, ensure_ascii=False) + "\n")
    unfinished.replace(path)
    return path


def _lines(plan: Plan, people: Ids, posts: Ids, jobs: Ids) -> Iterator[dict[str, Any]]:
    world = plan.world
    yield {
        "kind": "network",
        "name": world.name,
        "seed": world.seed,
        "people": len(world.people),
        "friendships": len(world.graph),
        "topics": [topic.name for topic in TOPICS],
    }
    for person in world.people:
        yield {
            "kind": "member",
            "id": str(people[person.number]),
            "email": person.email,
            "label": person.label,
            "joined": HORIZON - person.joined,
            "city": person.location,
            "school": person.school,
            "graduated": person.graduated,
            "company": world.firms[person.firm].name,
            "interests": person.interests,
            "tastes": person.tastes,
        }
    for post in plan.posts:
        yield {"kind": "post", "id": str(posts[post.number]), "author": str(people[post.author]), "topic": post.topic}
    for job in plan.jobs:
        company = plan.companies[job.company].name
        yield {"kind": "job", "id": str(jobs[job.number]), "company": company, "topic": job.topic}
