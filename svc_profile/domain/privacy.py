"""What a member shows to whom, as they set it."""

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import Any, Self

from mesh.errors import FieldNotUpdatable
from mesh.etags import etag
from svc_profile.domain.audience import BY_SHARING, Audience, Closeness


class Field(StrEnum):
    """What of a profile has an audience of its own; the name is always shown."""

    HEADLINE = "headline"
    LOCATION = "location"
    PICTURE = "picture"
    ABOUT = "about"
    INDUSTRY = "industry"
    POSITIONS = "positions"
    EDUCATION = "education"
    SKILLS = "skills"
    LANGUAGES = "languages"
    CERTIFICATIONS = "certifications"
    RECOMMENDATIONS = "recommendations"
    CONNECTIONS = "connections"
    EMAIL = "email"
    PHONE = "phone"


_IN_LISTS = (Field.HEADLINE, Field.PICTURE)


class ViewerMode(StrEnum):
    """How a member appears to those whose profiles they look at."""

    NAMED = "named"
    SEMI_PRIVATE = "semi_private"  # by their occupation
    ANONYMOUS = "anonymous"


@dataclass(frozen=True)
class Privacy:
    """A member's settings; new members have these.

    Who is not of the `profile_audience` sees what is public, and no more of any field. What follows from the settings
    is kept with them: members share a few hundred combinations, and each verdict asks.
    """

    profile_audience: Audience = Audience.MEMBERS
    connections_audience: Audience = Audience.MEMBERS
    email_audience: Audience = Audience.ONLY_ME
    message_audience: Audience = Audience.CONNECTIONS
    viewer_mode: ViewerMode = ViewerMode.NAMED
    discoverable: bool = True
    traversable: bool = True
    findable_by_contact: bool = False
    headline_audience: Audience = Audience.PUBLIC
    location_audience: Audience = Audience.PUBLIC
    picture_audience: Audience = Audience.PUBLIC
    about_audience: Audience = Audience.MEMBERS
    industry_audience: Audience = Audience.MEMBERS
    positions_audience: Audience = Audience.MEMBERS
    education_audience: Audience = Audience.MEMBERS
    skills_audience: Audience = Audience.MEMBERS
    languages_audience: Audience = Audience.MEMBERS
    certifications_audience: Audience = Audience.MEMBERS
    recommendations_audience: Audience = Audience.MEMBERS
    phone_audience: Audience = Audience.ONLY_ME

    def audience(self, of: Field) -> Audience:
        """Who sees a field."""
        return getattr(self, f"{of}_audience")

    def hidden_from(self, closeness: Closeness) -> frozenset[Field]:
        """The fields that somebody so close does not see."""
        return self._hidden[closeness]

    def hidden_in_profile(self, closeness: Closeness) -> frozenset[Field]:
        """The same for a member in good standing: who is not of the profile's audience sees what is public."""
        return self.hidden_from(closeness if self.profile_audience.has(closeness) else Closeness.PUBLIC)

    @cached_property
    def by_sharing(self) -> bool:
        """Whether it matters for some audience if a viewer shares a connection with the member."""
        return any(self.audience(one) in BY_SHARING for one in Field)

    @cached_property
    def connections_by_sharing(self) -> bool:
        """The same for whom the connections are shown to."""
        return not BY_SHARING.isdisjoint({self.connections_audience, self.profile_audience})

    def shows_connections_to(self, closeness: Closeness) -> bool:
        """Whether a member in good standing who is so close sees the connections."""
        return self._shows_connections[closeness]

    @cached_property
    def _shows_connections(self) -> tuple[bool, ...]:
        return tuple(Field.CONNECTIONS not in self.hidden_in_profile(close) for close in Closeness)

    @cached_property
    def varies_in_lists(self) -> bool:
        """Whether not everybody sees all that lists show."""
        return any(self.audience(one) is not Audience.PUBLIC for one in _IN_LISTS)

    @cached_property
    def _hidden(self) -> tuple[frozenset[Field], ...]:
        return tuple(frozenset(one for one in Field if not self.audience(one).has(close)) for close in Closeness)

    @property
    def etag(self) -> str:
        """Another one for other settings."""
        return etag(*dataclasses.astuple(self))

    def edited(self, changes: Mapping[str, Any]) -> Self:
        """These settings with some replaced; raises FieldNotUpdatable for no setting, and for no value."""
        for field, value in changes.items():
            if value is None or field not in _FIELDS:
                raise FieldNotUpdatable(field, "is no setting, or has to have a value")
        return dataclasses.replace(self, **changes)


_FIELDS = frozenset(field.name for field in dataclasses.fields(Privacy))
