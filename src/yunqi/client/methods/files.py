"""The methods of files. Made by scripts/client.py; not to be edited."""

from __future__ import annotations

from yunqi.client.base import Deed, Download, Noun
from yunqi.wire.base import ById
from yunqi.wire.desk import FileInfo, UploadFile

_READ = Deed("file.read", "GET", "/files/{id}", "read", ById)
_UPLOAD = Deed("file.upload", "POST", "/files", "write", UploadFile)


class FilesMethods(Noun):
    """What can be asked and done."""

    def read(self, id: str) -> Download:
        """A file's bytes."""
        return self._download(_READ, {"id": id})

    def upload(self, *, name: str, content: bytes, key: str | None = None) -> FileInfo:
        """Keeps a file for a day, until something takes it. Its ending and its first bytes must agree."""
        return self._answer(_UPLOAD, {"name": name, "content": content}, FileInfo, key=key)
