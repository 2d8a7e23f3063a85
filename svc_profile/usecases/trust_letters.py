"""What members are mailed about decisions."""

from dataclasses import dataclass
from datetime import datetime

from mesh.data import Transaction
from mesh.mail import Letter, Link, Mailer, Notice
from svc_profile.domain.decisions import Decision, DecisionKind
from svc_profile.domain.user import User

_SUBJECTS = {
    DecisionKind.SUSPENDED: "Your account is suspended",
    DecisionKind.LIMITED: "Your account is limited",
    DecisionKind.CONTENT_REMOVED: "Something you published was removed",
}


@dataclass(frozen=True)
class TrustLetters:
    """Posted in the transaction of the decision; what operators explain stands in them, nothing that members wrote."""

    mailer: Mailer
    public_url: str

    def decided(self, tx: Transaction, user: User, decision: Decision) -> None:
        """Tell a member what was decided about them, why, until when, and how to object."""
        parts: list[str | Link] = [decision.explanation]
        if decision.expires_at is not None:
            parts.append(f"It ends by itself on {_day(decision.expires_at)}.")
        parts += ["You can sign in to read the decision, and appeal against it there.", self._decisions()]
        self._post(tx, user, "decision", Letter(_SUBJECTS[decision.kind], parts))

    def lifted(self, tx: Transaction, user: User, decision: Decision) -> None:
        """Tell a member that a decision about them counts no more."""
        undone = f"This was undone: {_SUBJECTS[decision.kind].lower()}."
        parts = [undone, self._decisions()]
        self._post(tx, user, "decision_lifted", Letter("A decision about your account was undone", parts))

    def upheld(self, tx: Transaction, user: User, answer: str) -> None:
        """Tell a member that a decision stands, and why."""
        parts = ["We looked at your objection again, and the decision stands.", answer, self._decisions()]
        self._post(tx, user, "appeal", Letter("Your appeal was decided", parts))

    def _decisions(self) -> Link:
        return Link("What was decided", f"{self.public_url}/decisions")

    def _post(self, tx: Transaction, user: User, kind: str, letter: Letter) -> None:
        self.mailer.post(tx, Notice(kind, user.email, letter, about=user.id))


def _day(at: datetime) -> str:
    return f"{at:%d %B %Y, %H:%M} UTC".lstrip("0")
