"""Who may see what of whom: the one policy of the network, which every service asks and none repeats."""

from dataclasses import dataclass

from svc_profile.domain.ids import UserId


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a viewer may see of one member, and do to them; all false where the member does not exist for the viewer."""

    viewer: UserId | None
    owner: UserId
    may_see_profile: bool = False
    may_see_public: bool = False
    may_see_connections_posts: bool = False
    may_message: bool = False
    connected: bool = False
    is_self: bool = False


def verdict(viewer: UserId | None, owner: UserId, *, known: bool, connected: bool) -> Verdict:
    """Decide for a viewer, None for somebody who is not signed in, and a member who is `known` or not."""
    if not known:
        return Verdict(viewer, owner)
    mine = viewer == owner
    return Verdict(
        viewer,
        owner,
        may_see_profile=True,
        may_see_public=True,
        may_see_connections_posts=mine or connected,
        may_message=connected,
        connected=connected,
        is_self=mine,
    )
