"""A page image made ready: upright, level, without seals and watermarks."""

from __future__ import annotations

from typing import Any, TypeAlias

import cv2
import numpy as np
from numpy.typing import NDArray

Image: TypeAlias = NDArray[Any]
_DPI = 200
_POINTS_PER_INCH = 72
_LONGEST = 3600
_PAGE = 2339  # the long side of A4
_COARSE, _HALF_PAGE = 1800, 900  # of a whole page scanned at less than 150 dpi; smaller ones are no pages
_SMALL = 900
_MAX_ANGLE = 4.0
_RED = 40
_SEAL_MM = 18
_MM_PER_INCH = 25.4


def render_page(page: Any) -> Image:
    """The page in colour (BGR) at 200 dpi, a large one smaller."""
    width, height = page.get_size()
    scale = min(_DPI / _POINTS_PER_INCH, _LONGEST / max(width, height, 1.0))
    return np.ascontiguousarray(page.render(scale=scale).to_numpy()[:, :, :3])


def remove_seals(image: Image) -> Image:
    """The page without large red marks: the paper and the black words below them show through the red channel."""
    blue, green, red = (image[:, :, channel].astype(np.int16) for channel in range(3))
    mask = ((red - np.maximum(blue, green)) > _RED).astype(np.uint8)
    if int(mask.sum()) < _DPI:
        return image
    joined = cv2.dilate(mask, np.ones((15, 15), np.uint8))
    _count, _labels, stats, _centres = cv2.connectedComponentsWithStats(joined)
    side = int(_SEAL_MM / _MM_PER_INCH * _DPI)
    cleaned = image
    for left, top, width, height, _area in stats[1:]:
        if width < side or height < side:
            continue
        if cleaned is image:
            cleaned = image.copy()
        place = (slice(top, top + height), slice(left, left + width))
        inked = cv2.dilate(mask[place], np.ones((5, 5), np.uint8)).astype(bool)
        through = image[place][:, :, 2].astype(np.float32)
        # Where only the ink is, the red channel is nearly as bright as the paper; black words are dark in it too.
        bright = float(np.percentile(through[mask[place].astype(bool)], 60))
        shown = np.clip((through - bright * 0.3) * (255 / (bright * 0.6)), 0, 255).astype(np.uint8)
        cleaned[place][inked] = shown[inked][:, None]
    return cleaned


def is_sideways(image: Image) -> bool:
    """Whether the lines of text run up or down the page."""
    ink = _ink(image)
    if int(ink.sum()) == 0:
        return False
    return _unevenness(ink.sum(axis=0)) > _unevenness(ink.sum(axis=1))


def measure_angle(image: Image) -> float:
    """By how many degrees the lines lean, up to four either way."""
    ink = _ink(image)
    if int(ink.sum()) == 0:
        return 0.0

    def evenness(angle: float) -> float:
        turned = _turn(ink, angle, 0)
        profile = turned.sum(axis=1, dtype=np.float64)
        return float(((profile[1:] - profile[:-1]) ** 2).sum())

    coarse = max(np.arange(-_MAX_ANGLE, _MAX_ANGLE + 0.25, 0.5), key=evenness)
    return float(max(np.arange(coarse - 0.4, coarse + 0.45, 0.1), key=evenness))


def level_page(image: Image) -> Image:
    """The page turned so that its lines are level."""
    angle = measure_angle(image)
    return _turn(image, angle, 255) if abs(angle) > 0.15 else image


def _turn(image: Image, angle: float, paper: int) -> Image:
    height, width = image.shape[:2]
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), angle, 1.0)
    border = (paper,) * (1 if image.ndim == 2 else 3)
    return np.asarray(cv2.warpAffine(image, turn, (width, height), flags=cv2.INTER_CUBIC, borderValue=border), np.uint8)


def _ink(image: Image) -> Image:
    grey = cv2.cvtColor(image, cv2.COLOR_BGR2GRAY)
    scale = _SMALL / max(grey.shape)
    if scale < 1:
        grey = cv2.resize(grey, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    dark = cv2.adaptiveThreshold(grey, 1, cv2.ADAPTIVE_THRESH_MEAN_C, cv2.THRESH_BINARY_INV, 25, 12)
    # Rules of tables say nothing about which way the words run.
    for shape in ((40, 1), (1, 40)):
        rules = cv2.morphologyEx(dark, cv2.MORPH_OPEN, np.ones(shape, np.uint8))
        dark = cv2.subtract(dark, rules)
    return np.asarray(dark, np.uint8)


def _unevenness(profile: NDArray[Any]) -> float:
    values = profile.astype(np.float64)
    steps = np.abs(np.diff(values)).sum()
    return float(steps / max(values.sum(), 1.0))


def load_picture(content: bytes) -> Image:
    """A picture file as a page image of about 200 dpi, whatever its own size. Raises ValueError for a damaged one."""
    picture = cv2.imdecode(np.frombuffer(content, np.uint8), cv2.IMREAD_COLOR)
    if picture is None:
        raise ValueError
    longest = max(picture.shape[:2])
    if longest > _LONGEST:
        scale = _LONGEST / longest
        picture = cv2.resize(picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    elif _HALF_PAGE < longest < _COARSE:
        scale = _PAGE / longest
        picture = cv2.resize(picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_CUBIC)
    return np.asarray(picture, np.uint8)
