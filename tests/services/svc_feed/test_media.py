"""Media from their upload to their end: who sees them, what is shown of them, what becomes of what is not used."""

import hashlib
import io
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
import pytest_asyncio
from PIL import Image

from guild.events.v1.media_pb2 import MediaFailed, MediaReady, MediaUploaded
from guild.feed.v1 import post_pb2 as model
from guild.feed.v1 import post_service_pb2 as posts
from guild.graph.v1 import audience_list_pb2 as lists
from guild.media.v1 import media_service_pb2 as pb
from mesh.clock import SystemClock
from mesh.errors import Failure, Unavailable
from mesh.ids import uuid7
from mesh.objects import Objects, ObjectsUnavailable
from mesh.privacy import PersonalData
from mesh.testing import ManualClock, TestIdentity, wait_for
from svc_feed.compose.reading import files_of
from svc_feed.domain.ids import MediaId, UserId
from svc_feed.domain.medium import Medium
from svc_feed.rendering.renderer import Renderer, RenderingFailed
from svc_feed.store.media import MediaRepository
from svc_feed.store.media_keys import upload_of
from svc_feed.store.personal import RULES
from svc_feed.usecases.pictures import Pictures
from svc_feed.usecases.process_medium import ProcessMedium
from svc_feed.usecases.sweep_media import SweepMedia

from .conftest import Member, World

PUBLIC, CONNECTIONS, PRIVATE = model.VISIBILITY_PUBLIC, model.VISIBILITY_CONNECTIONS, model.VISIBILITY_PRIVATE
SECOND_DEGREE, LIST = model.VISIBILITY_SECOND_DEGREE, model.VISIBILITY_LIST


def picture(color: str = "red") -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (40, 20), color).save(file, "PNG")
    return file.getvalue()


MP4 = b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom" + bytes(1_000)


@dataclass
class Shelf:
    """A world with a look into its object store, and without its worker where a test takes its place."""

    world: World
    objects: Objects

    async def begin(self, member: Member, data: bytes, kind: str = "image/png", **more: Any) -> str:
        request = pb.CreateUploadRequest(content_type=kind, size_bytes=len(data), **more)
        reply = await self.world.media.CreateUpload(request, metadata=member.metadata)
        await self.objects.put(upload_of(UserId(UUID(member.id)), MediaId(UUID(reply.media.id))), data)
        return reply.media.id

    async def complete(self, member: Member, media_id: str) -> pb.Media:
        request = pb.CompleteUploadRequest(media_id=media_id)
        return (await self.world.media.CompleteUpload(request, metadata=member.metadata)).media

    async def get(self, member: Member, media_id: str) -> pb.Media:
        return (await self.world.media.GetMedia(pb.GetMediaRequest(media_id=media_id), metadata=member.metadata)).media

    async def settled(self, member: Member, media_id: str) -> pb.Media:
        async def over() -> bool:
            return (await self.get(member, media_id)).status in {pb.MEDIA_STATUS_READY, pb.MEDIA_STATUS_FAILED}

        await wait_for(over, timeout=30)
        return await self.get(member, media_id)

    async def uploaded(self, member: Member, data: bytes = b"", kind: str = "image/png", **more: Any) -> pb.Media:
        media_id = await self.begin(member, data or picture(), kind, **more)
        await self.complete(member, media_id)
        return await self.settled(member, media_id)

    async def post(self, member: Member, *media: str, visibility: Any = PUBLIC) -> str:
        request = posts.CreatePostRequest(content="look", media_ids=media, visibility=visibility)
        return (await self.world.posts.CreatePost(request, metadata=member.metadata)).post.id

    async def sees(self, member: Member, *media: str) -> list[str]:
        request = pb.BatchGetMediaRequest(media_ids=media)
        return [one.id for one in (await self.world.media.BatchGetMedia(request, metadata=member.metadata)).media]

    async def files(self, member: Member) -> list[str]:
        return sorted(
            [
                one.key.removeprefix(f"{folder}/{member.id}/")
                for folder in ("uploads", "media", "public/pictures")
                async for one in self.objects.list(f"{folder}/{member.id}")
            ]
        )


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def shelf(world: World) -> AsyncIterator[Shelf]:
    yield Shelf(world, Objects(world.config.objects))


async def reason(call: Any) -> str:
    with pytest.raises(Failure) as caught:
        await call
    return caught.value.reason


async def test_pictures_videos_and_documents_become_ready(shelf: Shelf) -> None:
    """Each with what is known of it; events tell; the upload is gone."""
    ann = await shelf.world.member()
    digest = hashlib.sha256(MP4).hexdigest()
    image, video = await shelf.uploaded(ann, alt_text="red"), await shelf.uploaded(ann, MP4, "video/mp4", sha256=digest)
    assert (pb.MEDIA_KIND_IMAGE, "red", ["thumbnail", "small", "large"]) == (
        image.kind,
        image.alt_text,
        [one.name for one in image.variants],
    )
    assert image.url == image.variants[-1].url
    assert (pb.MEDIA_KIND_VIDEO, [("original", "video/mp4", len(MP4))]) == (
        video.kind,
        [(one.name, one.content_type, one.size_bytes) for one in video.variants],
    )
    for one in (image, video):
        assert 1 == len(await shelf.world.events(MediaUploaded, one.id))
        [ready] = await shelf.world.events(MediaReady, one.id)
        assert (ann.id, one.kind) == (ready.owner_id, ready.kind)
    names = {f"{image.id}/{name}.webp" for name in ("thumbnail", "small", "large")}
    assert sorted(names | {f"{video.id}/original.mp4"}) == await shelf.files(ann)


LIES: dict[str, tuple[bytes, str, dict[str, Any], str]] = {
    "a hash": (picture(), "image/png", {"sha256": "0" * 64}, "MISMATCH"),
    "a picture that is none": (b"\x89PNG\r\n\x1a\n" + bytes(50), "image/png", {}, "UNREADABLE"),
    "a document that is none": (b"%PDF-1.4 nothing", "application/pdf", {}, "UNREADABLE"),
}


@pytest.mark.parametrize("name", LIES)
async def test_lies_are_found_when_the_bytes_are_looked_at(shelf: Shelf, name: str) -> None:
    """The medium says why it failed, and so does an event; it can be shown by nothing, and is deleted as others are."""
    data, kind, more, why = LIES[name]
    ann = await shelf.world.member()
    failed = await shelf.uploaded(ann, data, kind, **more)
    assert (pb.MEDIA_STATUS_FAILED, f"MEDIA_FAILURE_{why}", []) == (
        failed.status,
        pb.MediaFailure.Name(failed.failure),
        [*failed.variants],
    )
    [event] = await shelf.world.events(MediaFailed, failed.id)
    assert failed.failure == event.failure
    assert "MEDIA_NOT_READY" == await reason(shelf.post(ann, failed.id))
    await shelf.world.media.DeleteMedia(pb.DeleteMediaRequest(media_id=failed.id), metadata=ann.metadata)
    assert ([], "MEDIA_NOT_FOUND") == (await shelf.files(ann), await reason(shelf.get(ann, failed.id)))


async def test_an_upload_that_is_wrong_can_be_repeated(shelf: Shelf) -> None:
    """Missing, short, long or of another type: it is told at once, and nothing is lost."""
    ann, data = await shelf.world.member(), picture()
    media_id = await shelf.begin(ann, data)
    key = upload_of(UserId(UUID(ann.id)), MediaId(UUID(media_id)))
    said: list[str] = []
    await shelf.objects.delete([key])
    said.append(await reason(shelf.complete(ann, media_id)))
    for wrong in (data[:-1], data + b"x", b"<html>".ljust(len(data))):
        await shelf.objects.put(key, wrong)
        said.append(await reason(shelf.complete(ann, media_id)))
    assert ["UPLOAD_INCOMPLETE", "UPLOAD_INCOMPLETE", "UPLOAD_MISMATCH", "UPLOAD_MISMATCH"] == said
    assert pb.MEDIA_STATUS_PENDING == (await shelf.get(ann, media_id)).status
    await shelf.objects.put(key, data)
    await shelf.complete(ann, media_id)
    assert pb.MEDIA_STATUS_READY == (await shelf.settled(ann, media_id)).status
    assert pb.MEDIA_STATUS_READY == (await shelf.complete(ann, media_id)).status, "a repeat changes nothing"


async def test_what_is_not_taken_is_refused_before_it_is_uploaded(shelf: Shelf) -> None:
    """By type and by size, and in a day only so much of it."""
    ann = await shelf.world.member()

    def begin(kind: str, size: int) -> Any:
        request = pb.CreateUploadRequest(content_type=kind, size_bytes=size)
        return shelf.world.media.CreateUpload(request, metadata=ann.metadata)

    assert "MEDIA_TYPE_NOT_ALLOWED" == await reason(begin("image/gif", 1))
    assert "MEDIA_TOO_LARGE" == await reason(begin("image/png", 21 * 1024 * 1024))
    for _ in range(20):
        await begin("video/mp4", 200 * 1024 * 1024)
    assert "RATE_LIMITED" == await reason(begin("video/mp4", 200 * 1024 * 1024))
    await begin("image/png", 1)


async def test_a_medium_is_seen_by_who_may_see_a_post_that_shows_it(shelf: Shelf) -> None:
    """Its uploader always; others as long as such a post is there, and is for them."""
    ann, bob, eve = [await shelf.world.member() for _ in range(3)]
    await shelf.world.connect(ann, bob)
    made = lists.CreateAudienceListRequest(audience_list=lists.AudienceList(name="Close"))
    close = (await shelf.world.graph.CreateAudienceList(made, metadata=ann.metadata)).audience_list.id
    member = lists.AddAudienceListMemberRequest(list_id=close, user_id=bob.id)
    await shelf.world.graph.AddAudienceListMember(member, metadata=ann.metadata)
    hidden, near, wide, listed, shown = [(await shelf.uploaded(ann)).id for _ in range(5)]
    for medium, visibility in ((hidden, PRIVATE), (near, CONNECTIONS), (wide, SECOND_DEGREE)):
        await shelf.post(ann, medium, visibility=visibility)
    of_list = posts.CreatePostRequest(content="x", media_ids=[listed], visibility=LIST, list_id=close)
    await shelf.world.posts.CreatePost(of_list, metadata=ann.metadata)
    post = await shelf.post(ann, shown)
    asked = (shown, str(uuid7()), listed, wide, near, hidden)
    assert [[shown, listed, wide, near, hidden], [shown, listed, wide, near], [shown]] == [
        await shelf.sees(one, *asked) for one in (ann, bob, eve)
    ]
    assert ["MEDIA_NOT_FOUND"] * 4 == [await reason(shelf.get(eve, one)) for one in (listed, wide, near, hidden)]

    update = posts.UpdatePostRequest(post=model.Post(id=post, visibility=CONNECTIONS))
    await shelf.world.posts.UpdatePost(update, metadata=ann.metadata)
    assert [[shown, listed, wide, near], []] == [await shelf.sees(one, *asked) for one in (bob, eve)]
    await shelf.world.posts.DeletePost(posts.DeletePostRequest(post_id=post), metadata=ann.metadata)
    assert [listed, wide, near] == await shelf.sees(bob, *asked)


async def test_posts_show_what_their_author_uploaded(shelf: Shelf) -> None:
    """With addresses in the order of the media; what is shown is not deleted, what is others' is not there."""
    ann, bob = await shelf.world.member(), await shelf.world.member()
    one, two = await shelf.uploaded(ann), await shelf.uploaded(ann)
    pending = await shelf.begin(ann, picture())
    assert "MEDIA_NOT_READY" == await reason(shelf.post(ann, pending))
    assert "MEDIA_NOT_FOUND" == await reason(shelf.post(bob, one.id))
    post = await shelf.post(ann, two.id, one.id)

    async def urls() -> list[str]:
        got = await shelf.world.posts.GetPost(posts.GetPostRequest(post_id=post), metadata=bob.metadata)
        return [url.partition("?")[0] for url in got.item.post.media_urls]

    assert [medium.url.partition("?")[0] for medium in (two, one)] == await urls()
    delete = pb.DeleteMediaRequest(media_id=one.id)
    assert "MEDIA_IN_USE" == await reason(shelf.world.media.DeleteMedia(delete, metadata=ann.metadata))
    assert "MEDIA_NOT_FOUND" == await reason(shelf.world.media.DeleteMedia(delete, metadata=bob.metadata))
    edit = posts.UpdatePostRequest(post=model.Post(id=post, media_ids=[two.id]))
    await shelf.world.posts.UpdatePost(edit, metadata=ann.metadata)
    await shelf.world.media.DeleteMedia(delete, metadata=ann.metadata)
    assert [two.url.partition("?")[0]] == await urls()

    async def gone() -> bool:
        return not any(one.id in name for name in await shelf.files(ann))

    await wait_for(gone, timeout=10)


async def test_the_feed_asks_once_for_the_media_of_a_page(shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    """One statement for all posts that are new here, none for those that are known."""
    ann = await shelf.world.member()
    for _ in range(3):
        await shelf.post(ann, (await shelf.uploaded(ann)).id)
    database, run = shelf.world.database, shelf.world.database.run
    seen: list[str] = []

    async def noted(read: Any, statement: Any, parameters: Any) -> Any:
        seen.append(statement.name)
        return await run(read, statement, parameters)

    monkeypatch.setattr(database, "run", noted)
    for expected in (1, 0):
        seen.clear()
        page = await shelf.world.page(ann)
        assert [1, 1, 1] == [len(item.post.media_urls) for item in page.items]
        assert expected == sum("media" in name for name in seen)


class Crashing(Renderer):
    """Fails as often as it is told, then looks as the other does."""

    def __init__(self, times: int) -> None:
        super().__init__(1)
        self.left = times

    async def _ask(self, task: str, *arguments: str) -> dict[str, Any]:
        if self.left:
            self.left -= 1
            raise RenderingFailed("it crashed")
        return await super()._ask(task, *arguments)


@dataclass
class Alone:
    """The worker's work, done by a test: on media that no event tells of."""

    shelf: Shelf
    clock: ManualClock
    media: MediaRepository

    async def uploaded(self, member: Member) -> Medium:
        media_id = MediaId(UUID(await self.shelf.begin(member, picture())))
        owner, db = UserId(UUID(member.id)), self.shelf.world.database

        async def work(tx: Any) -> Medium:
            medium = (await self.media.lock(tx, owner, [media_id]))[media_id].completed(self.clock.now())
            await self.media.save(tx, medium)
            return medium

        return await db.transact(work)

    async def now(self, medium: Medium) -> Medium | None:
        return await self.media.find(self.shelf.world.database, medium.owner_id, medium.id)

    def process(self, render: Renderer, objects: Any = None) -> ProcessMedium:
        return ProcessMedium(self.shelf.world.database, self.media, objects or self.shelf.objects, render, self.clock)


@pytest.fixture
def alone(shelf: Shelf) -> Alone:
    return Alone(shelf, ManualClock(datetime.now(UTC)), MediaRepository())


async def test_a_look_that_crashes_is_repeated_twice(alone: Alone) -> None:
    """Then the medium failed; one that goes well after two crashes is ready."""
    ann = await alone.shelf.world.member()
    for crashes, state in ((2, "ready"), (3, "failed")):
        medium, process = await alone.uploaded(ann), alone.process(Crashing(crashes))
        for _ in range(2):
            with pytest.raises(RenderingFailed):
                await process(medium.owner_id, medium.id)
        await process(medium.owner_id, medium.id)
        await process(medium.owner_id, medium.id)
        after = await alone.now(medium)
        assert after is not None
        assert (state, 3) == (after.state.value, after.tries)


async def test_tries_that_took_their_process_along_count(alone: Alone) -> None:
    """A worker that was killed said nothing; after three of them there is no fourth."""
    ann = await alone.shelf.world.member()
    medium, process = await alone.uploaded(ann), alone.process(Renderer(1))
    for _ in range(3):
        await alone.shelf.world.database.transact(lambda tx: process._begin(tx, medium.owner_id, medium.id))
    await process(medium.owner_id, medium.id)
    after = await alone.now(medium)
    assert after is not None
    assert "processing" == after.failure


async def test_outages_of_the_store_are_no_tries(alone: Alone, monkeypatch: pytest.MonkeyPatch) -> None:
    """However long it is away, the medium waits."""
    ann = await alone.shelf.world.member()
    medium, process = await alone.uploaded(ann), alone.process(Renderer(1))

    async def away(*_: Any) -> Any:
        raise ObjectsUnavailable("away")

    with monkeypatch.context() as patch:
        patch.setattr(Objects, "get", away)
        for _ in range(5):
            with pytest.raises(Unavailable):
                await process(medium.owner_id, medium.id)
    await process(medium.owner_id, medium.id)
    after = await alone.now(medium)
    assert after is not None
    assert ("ready", 1) == (after.state.value, after.tries)


async def test_what_is_deleted_while_it_is_looked_at_leaves_nothing(alone: Alone) -> None:
    """What was made of it goes with it."""
    ann = await alone.shelf.world.member()
    medium = await alone.uploaded(ann)
    process = alone.process(Renderer(1))
    found = await process._look(medium.tried())
    await alone.shelf.world.media.DeleteMedia(pb.DeleteMediaRequest(media_id=str(medium.id)), metadata=ann.metadata)
    await process._settle(medium.tried(), found)
    assert [] == await alone.shelf.files(ann)


async def test_what_nobody_uses_is_dropped_in_time(alone: Alone) -> None:
    """An upload that is not completed after a day, a medium that nothing shows after a week; what is shown stays."""
    shelf, media = alone.shelf, alone.media
    ann = await shelf.world.member()
    pending, idle, shown, removed = (
        await shelf.begin(ann, picture()),
        (await shelf.uploaded(ann)).id,
        (await shelf.uploaded(ann)).id,
        (await shelf.uploaded(ann)).id,
    )
    await shelf.post(ann, shown)
    post = await shelf.post(ann, removed)
    await shelf.world.posts.DeletePost(posts.DeletePostRequest(post_id=post), metadata=ann.metadata)
    sweep = SweepMedia(shelf.world.database, media, shelf.objects, alone.clock)
    left = []
    for days in (0.9, 0.2, 5.0, 1.1):
        alone.clock.advance(timedelta(days=days))
        await sweep()
        left.append(set(await shelf.sees(ann, pending, idle, shown, removed)))
    everything = {pending, idle, shown, removed}
    assert [everything, everything - {pending}, everything - {pending}, {shown}] == left

    async def gone() -> bool:
        return {name.partition("/")[0] for name in await shelf.files(ann)} == {shown}

    await wait_for(gone, timeout=10)
    late = upload_of(UserId(UUID(ann.id)), MediaId(UUID(idle)))
    await shelf.objects.put(late, b"by an address that was still good")
    await sweep.uploads()
    assert late not in [one.key async for one in shelf.objects.list("uploads")]


async def test_a_member_who_leaves_takes_their_files_along(shelf: Shelf) -> None:
    """Rows and objects, which the report counts; others' stay."""
    ann, bob = await shelf.world.member(), await shelf.world.member()
    kept = await shelf.uploaded(bob)
    shown, medium = await shelf.uploaded(ann), await shelf.uploaded(ann)
    post = await shelf.post(ann, shown.id)
    await shelf.begin(ann, picture())

    async def looked_at() -> bool:
        return len([name for name in await shelf.files(ann) if "/" not in name]) == 1

    await wait_for(looked_at, timeout=10)
    owner, db = UserId(UUID(ann.id)), shelf.world.database
    data = PersonalData(db, RULES, SystemClock(), [files_of(shelf.objects)])
    sections = {batch.section: batch.records async for batch in data.export(owner)}
    assert 3 == len(sections["media"])
    assert medium.id in "".join(sections["media"])
    erased = await data.erase(owner, uuid7())
    assert erased.done
    counted = {place.name: place.erased for place in erased.places}
    assert (3, 3, 1) == (counted["media"], counted["media_index"], counted["media_uses"])
    files = {place.name: place.erased for place in erased.places if place.kind.name == "FILES"}
    assert {"media_objects": 7} == files
    assert [] == await shelf.files(ann)
    assert [kept.id] == await shelf.sees(bob, kept.id, shown.id)
    got = await shelf.world.posts.GetPost(posts.GetPostRequest(post_id=post), metadata=bob.metadata)
    assert ([], []) == ([*got.item.post.media_ids], [*got.item.post.media_urls])


async def test_a_picture_of_a_profile_has_one_address_while_it_is_shown(shelf: Shelf, identity: TestIdentity) -> None:
    """No orphan meanwhile; it is another one each time, and leads nowhere once it is let go."""
    ann, eve = await shelf.world.member(), await shelf.world.member()
    medium, video = await shelf.uploaded(ann), await shelf.uploaded(ann, MP4, "video/mp4")

    async def claim(owner: Member, media_id: str) -> str:
        request = pb.ClaimPictureRequest(owner_id=owner.id, media_id=media_id)
        as_service = identity.service_metadata("profile", "feed")
        return (await shelf.world.media.ClaimPicture(request, metadata=as_service)).url

    assert "MEDIA_NOT_A_PICTURE" == await reason(claim(ann, video.id))
    assert "MEDIA_NOT_FOUND" == await reason(claim(eve, medium.id))
    assert "MEDIA_NOT_READY" == await reason(claim(ann, await shelf.begin(ann, picture())))
    first = await claim(ann, medium.id)
    assert first == await claim(ann, medium.id)
    assert f"/objects/public/pictures/{ann.id}/" in first
    assert medium.id not in first
    delete = pb.DeleteMediaRequest(media_id=medium.id)
    assert "MEDIA_IN_USE" == await reason(shelf.world.media.DeleteMedia(delete, metadata=ann.metadata))

    pictures = Pictures(shelf.world.database, MediaRepository(), shelf.objects, SystemClock())
    owner, now = UserId(UUID(ann.id)), datetime.now(UTC)
    second = await claim(ann, (await shelf.uploaded(ann)).id)
    await pictures.release(owner, first, now - timedelta(minutes=1))
    assert 2 == len([name for name in await shelf.files(ann) if name.count("/") == 0 and name.endswith("webp")])
    for _ in range(2):
        await pictures.release(owner, second, now + timedelta(minutes=1))
        assert [second.rpartition("/")[2]] == [
            name for name in await shelf.files(ann) if name.count("/") == 0 and name.endswith("webp")
        ]
    await shelf.world.media.DeleteMedia(delete, metadata=ann.metadata)
    assert first != await claim(ann, (await shelf.uploaded(ann)).id)
