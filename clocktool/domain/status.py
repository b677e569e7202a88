"""The state of a moment: the timer, today and the week against the target, the balance."""

import msgspec

from clocktool.domain.entry import Entry
from clocktool.domain.limits import Quota
from clocktool.domain.time.instant import Instant
from clocktool.domain.time.zone import Zone


class Status(msgspec.Struct, frozen=True):
    """The status at one moment. Figures are seconds, None if unknown.

    ``idle_since`` is the end of the last entry of today if no timer runs. ``as_of`` is when the
    timer was read, if the service did not answer now; ``why`` is the reason.
    """

    now: Instant
    zone: Zone
    timer: Entry | None = None
    today: int | None = None
    week: int | None = None
    target: int | None = None
    week_target: int | None = None
    off: str | None = None
    balance: int | None = None
    idle_since: Instant | None = None
    waiting: int = 0
    quota: Quota | None = None
    as_of: Instant | None = None
    why: str | None = None
    is_unused: bool = False
    """Whether nothing was tracked on this machine yet."""

    @property
    def left(self) -> int | None:
        """What is left of today's target; negative if more was worked."""
        return None if self.target is None or self.today is None else self.target - self.today

    @property
    def done_at(self) -> Instant | None:
        """When the target is reached; None unless a timer runs that is not a break."""
        is_work = self.timer is not None and not self.timer.is_break
        left = self.left
        return Instant(self.now + left) if is_work and left is not None and left > 0 else None
