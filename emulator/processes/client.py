"""The part of docker-py's client that MiniStack's ECS calls."""

import threading
import time

from ministack.services import ecs

from emulator.processes.container import Container
from emulator.processes.images import behaviour_of, digest_of

MOST_CONTAINERS = 32


class Image:
    def __init__(self, digest: str):
        self.id = digest

    def tag(self, repository: str, tag: str) -> bool:
        return True


class Images:
    """Every image is found and has a digest. Some cannot be run."""

    def __init__(self):
        self._by_digest: dict[str, str] = {}

    def get_registry_data(self, reference: str, **_) -> Image:
        digest = digest_of(reference)
        self._by_digest[digest] = reference
        return Image(digest)

    def pull(self, reference: str, **_) -> Image:
        reference = self.named(reference)
        time.sleep(behaviour_of(reference).pull_seconds)
        return Image(digest_of(reference))

    def get(self, reference: str) -> Image:
        return Image(digest_of(self.named(reference)))

    def named(self, reference: str) -> str:
        """The reference with its tag. MiniStack replaces the tag by the digest when a service's first task has resolved it."""
        return self._by_digest.get(reference.rpartition("@")[2], reference)


class Containers:
    def __init__(self, images: Images):
        self._images = images
        self._known: dict[str, Container] = {}
        self._lock = threading.Lock()

    def run(self, reference: str, *, labels: dict, **_) -> Container:
        image = self._images.named(reference)
        if behaviour_of(image).is_missing:
            # The text is that of containerd. MiniStack reports this error as a failed pull.
            raise ecs._ImagePullError(f"pull image manifest has been retried 1 time(s): failed to resolve ref {image}: {image}: not found")
        with self._lock:
            if sum(each.status == "running" for each in self._known.values()) >= MOST_CONTAINERS:
                raise RuntimeError(f"this local AWS runs at most {MOST_CONTAINERS} containers at a time")
            container = Container(image, labels, forget=lambda id: self._known.pop(id, None))
            self._known[container.id] = container
        return container

    def get(self, id: str) -> Container:
        return self._known[id]

    def list(self, **_) -> list[Container]:
        return list(self._known.values())


class ProcessClient:
    def __init__(self):
        self.images = Images()
        self.containers = Containers(self.images)
