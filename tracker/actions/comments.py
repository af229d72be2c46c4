"""Commenting on a milestone: by its own unit, by the units that support it, and by those who review it."""

from tracker.actions.notices import commented
from tracker.actions.rechecks import day_of
from tracker.audit import Refused, clock, record, record_refusal, recording
from tracker.models import Comment, Milestone, Unit, User
from tracker.models.comments import COMMENT_LIMIT
from tracker.permissions import Reach, speaks_for


def add(*, milestone: Milestone, text: str, token: str | None, by: User, reach: Reach) -> Comment:
    """Say something about a milestone for one's unit. A replayed form is one comment.

    Raises Refused: no_right, retired, comment_empty, comment_too_long.
    """
    post = speaks_for(reach, [milestone.unit.path, *milestone.supporting.values_list("path", flat=True)])
    if post is None:
        record_refusal("comment.add", by=by, subject_type="milestone", subject_code=milestone.code, code="no_right")
        raise Refused("no_right", right=True)
    text = text.strip()
    if not text:
        raise Refused("comment_empty", field="text")
    if len(text) > COMMENT_LIMIT:
        raise Refused("comment_too_long", field="text", limit=COMMENT_LIMIT)
    with recording():
        row: Milestone = Milestone.objects.select_for_update(no_key=True).get(pk=milestone.pk)
        if row.retired_at:
            raise Refused("retired")
        if token and (said := Comment.objects.filter(author=by, client_token=token).first()):
            return said
        now = clock()
        comment = Comment(
            milestone=row, unit=Unit.objects.get(pk=post.unit_id), author=by, at=now, text=text, client_token=token
        )
        comment.save(force_insert=True)
        record("comment.add", by=by, subject_type="milestone", subject_code=row.code, after={"comment": text}, at=now)
        commented(comment, milestone, on=day_of(now))
    return comment
