"""Words on a page image: found and recognised by RapidOCR's models, each character with its score and runners-up."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import cv2
import numpy as np
from numpy.typing import NDArray

Image: TypeAlias = NDArray[Any]
_LONG_SIDE = 2000  # what the detector sees; the recogniser gets the crops of the full image
_SLANTED = 0.2  # of its length: a line that rises more is a watermark's
_ASKED = 12
_NARROW = 1.5
_TALLEST = 4.0
_RUNNERS_UP = 3
_SAID = 0.02
_LOST = 0.25


@dataclass(frozen=True, slots=True)
class Char:
    """A character: its score from 0 to 1, where it stands, and what else it may be ("" for nothing at all)."""

    text: str
    score: float
    x: float
    others: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Word:
    """A run of characters on one line with its box in pixels."""

    x0: float
    y0: float
    x1: float
    y1: float
    chars: tuple[Char, ...]

    @property
    def text(self) -> str:
        """The characters alone."""
        return "".join(char.text for char in self.chars)


class Reader:
    """The models, loaded once a process."""

    def __init__(self, threads: int) -> None:
        from rapidocr_onnxruntime import RapidOCR

        self._ocr: Any = RapidOCR(intra_op_num_threads=threads)
        self._letters: list[str] = self._ocr.text_rec.postprocess_op.character

    def find(self, image: Image) -> NDArray[np.float32]:
        """The corners of the lines of text (n, 4, 2), in pixels of the image."""
        height, width = image.shape[:2]
        scale = min(1.0, _LONG_SIDE / max(height, width))
        seen = image if scale == 1.0 else cv2.resize(image, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
        boxes, _elapsed = self._ocr.auto_text_det(seen)
        if boxes is None:
            return np.zeros((0, 4, 2), np.float32)
        return np.array(boxes, np.float32) / np.float32(scale)

    def is_upside_down(self, image: Image, boxes: NDArray[np.float32]) -> bool:
        """Whether most of the longest lines stand on their heads."""
        lengths = np.linalg.norm(boxes[:, 0] - boxes[:, 1], axis=1)
        longest = boxes[np.argsort(-lengths)[:_ASKED]]
        crops = self._ocr.get_crop_img_list(image, list(longest))
        _images, said, _elapsed = self._ocr.text_cls(crops)
        votes = [1 if label == "180" else -1 for label, score in said if score > 0.7]
        return sum(votes) > 0

    def read(self, image: Image, boxes: Sequence[NDArray[np.float32]]) -> list[Word]:
        """The words in the boxes; slanted ones and empty ones are left out."""
        level = [box for box in boxes if _is_level(box)]
        crops = self._ocr.get_crop_img_list(image, level) if level else []
        # A lone narrow character is turned on its side there, as if it were a line that runs down the page.
        crops = [np.rot90(crop, -1) if _is_tall(box) else crop for crop, box in zip(crops, level, strict=True)]
        order = sorted(range(len(level)), key=lambda index: crops[index].shape[1] / crops[index].shape[0])
        size = self._ocr.text_rec.rec_batch_num
        found: dict[int, Word] = {}
        for begin in range(0, len(order), size):
            batch = order[begin : begin + size]
            for index, chars in zip(batch, self._recognise([crops[i] for i in batch], level, batch), strict=True):
                if chars:
                    (x0, y0), (x1, y1) = level[index].min(axis=0), level[index].max(axis=0)
                    found[index] = Word(float(x0), float(y0), float(x1), float(y1), chars)
        return [found[index] for index in sorted(found)]

    def _recognise(
        self, crops: list[Image], boxes: list[NDArray[np.float32]], batch: list[int]
    ) -> list[tuple[Char, ...]]:
        recogniser = self._ocr.text_rec
        _channels, height, width = recogniser.rec_image_shape
        shares = [crop.shape[1] / crop.shape[0] for crop in crops]
        widest = max(width / height, *shares)
        stacked = np.stack([recogniser.resize_norm_img(crop, widest) for crop in crops]).astype(np.float32)
        scores = recogniser.session(stacked)[0]
        words = []
        for one, share, index in zip(scores, shares, batch, strict=True):
            x0, x1 = float(boxes[index][:, 0].min()), float(boxes[index][:, 0].max())
            words.append(self._decode(one, x0, (x1 - x0) * widest / share))
        return words

    def _decode(self, scores: NDArray[np.float32], left: float, width: float) -> tuple[Char, ...]:
        """Characters of one line from the model's scores by step; 0 is no character."""
        best = scores.argmax(axis=1)
        steps = len(best)
        chars: list[Char] = []
        at = 0
        while at < steps:
            end = at + 1
            while end < steps and best[end] == best[at]:
                end += 1
            if best[at] != 0:
                peak = at + int(scores[at:end, best[at]].argmax())
                likely = np.argsort(-scores[peak])[1 : 1 + _RUNNERS_UP]
                others = tuple(
                    "" if code == 0 else self._letters[code] for code in likely if scores[peak, code] >= _SAID
                )
                middle = left + (at + end) / 2 / steps * width
                chars.append(Char(self._letters[best[at]], float(scores[peak, best[at]]), middle, others))
            else:
                # No character won here; one that came close may have been lost.
                hidden = scores[at:end, 1:].max(axis=1)
                peak = at + int(hidden.argmax())
                if float(hidden.max()) > _LOST and chars:
                    code = 1 + int(scores[peak, 1:].argmax())
                    if self._letters[code] != " ":
                        middle = left + (peak + 0.5) / steps * width
                        chars.append(Char("", float(scores[peak, 0]), middle, (self._letters[code],)))
            at = end
        return tuple(chars)


def _is_level(box: NDArray[np.float32]) -> bool:
    across, up = np.abs(box[1] - box[0])
    tall = np.linalg.norm(box[0] - box[3])
    return bool(up <= max(_SLANTED * across, 0.3 * tall)) and bool(tall < _TALLEST * max(across, 1.0))


def _is_tall(box: NDArray[np.float32]) -> bool:
    """Whether the library's own cut turns this box."""
    width = max(np.linalg.norm(box[0] - box[1]), np.linalg.norm(box[2] - box[3]))
    height = max(np.linalg.norm(box[0] - box[3]), np.linalg.norm(box[1] - box[2]))
    return bool(int(height) / max(int(width), 1) >= _NARROW)


def are_upright(boxes: NDArray[np.float32]) -> bool:
    """Whether most lines run up or down the page, by their length."""
    across = np.ptp(boxes[:, :, 0], axis=1) if len(boxes) else np.zeros(0)
    up = np.ptp(boxes[:, :, 1], axis=1) if len(boxes) else np.zeros(0)
    return bool(up[up > _NARROW * across].sum() > across[across >= up].sum())
