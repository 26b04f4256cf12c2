"""What every Word document of ours has of fonts and styles: names for both scripts, language, the table of fonts.

The fonts are those of GB/T 9704, which a Chinese Windows has (仿宋, 黑体, 楷体, 宋体) or an office adds (小标宋). The
table of fonts tells a program that lacks one which others are like it, by name, family and script.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Pt, RGBColor
from lxml import etree

LATIN = "Times New Roman"
FANGSONG, KAITI, HEITI, SONGTI, XIAOBIAOSONG = "仿宋", "楷体", "黑体", "宋体", "方正小标宋简体"
ALIGN = {"l": WD_ALIGN_PARAGRAPH.LEFT, "r": WD_ALIGN_PARAGRAPH.RIGHT, "c": WD_ALIGN_PARAGRAPH.CENTER}
TWIPS_PER_MM = 56.6929
_GB2312, _WESTERN = "86", "00"
_FONTS: Mapping[str, tuple[str, str, str, str]] = {  # other names; family; PANOSE; character set
    FANGSONG: ("FangSong,仿宋_GB2312,FangSong_GB2312,华文仿宋,STFangsong", "roman", "02010609060101010101", _GB2312),
    KAITI: ("KaiTi,楷体_GB2312,KaiTi_GB2312,华文楷体,STKaiti", "roman", "02010609060101010101", _GB2312),
    HEITI: ("SimHei,华文黑体,STHeiti,Microsoft YaHei", "swiss", "02010609060101010101", _GB2312),
    SONGTI: ("SimSun,新宋体,NSimSun,华文宋体,STSong", "roman", "02010600030101010101", _GB2312),
    XIAOBIAOSONG: ("FZXiaoBiaoSong-B05S,方正小标宋_GBK,华文中宋,STZhongsong", "roman", "02010601030101010101", _GB2312),
    LATIN: ("Liberation Serif,Tinos", "roman", "02020603050405020304", _WESTERN),
}


def element(tag: str, **attributes: str) -> Any:
    """An element of WordprocessingML, for what python-docx has no call for."""
    made = OxmlElement(tag)
    for name, value in attributes.items():
        made.set(qn(f"w:{name}"), value)
    return made


def get_style(document: Any, name: str) -> Any:
    """The style of a paragraph of this name, made when it is not there."""
    styles = document.styles
    return styles[name] if name in styles else styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)


def set_fonts(style: Any, east_asian: str, size_pt: float, *, bold: bool = False) -> None:
    """Names the fonts of a style for both scripts; theme fonts would win over names and are taken out."""
    style.font.name, style.font.size, style.font.bold = LATIN, Pt(size_pt), bold
    style.font.color.rgb, style.font.italic = RGBColor(0, 0, 0), False
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for name in list(fonts.attrib):
        if name.endswith("Theme"):
            del fonts.attrib[name]
    for script in ("w:ascii", "w:hAnsi", "w:cs"):
        fonts.set(qn(script), LATIN)
    fonts.set(qn("w:eastAsia"), east_asian)


def set_east_asian(run: Any, east_asian: str) -> None:
    """Another font for the Chinese text of a run."""
    run._r.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), east_asian)  # noqa: SLF001


def set_language(document: Any) -> None:
    """Chinese where the script is East Asian, so that lines break and punctuation is set as it should be."""
    defaults = document.styles.element.find(qn("w:docDefaults")).find(qn("w:rPrDefault")).find(qn("w:rPr"))
    for old in defaults.findall(qn("w:lang")):
        defaults.remove(old)
    defaults.append(element("w:lang", val="en-US", eastAsia="zh-CN", bidi="ar-SA"))


def set_font_table(document: Any) -> None:
    """Names each font with those that are like it, in place of the fonts of the empty document."""
    table = element("w:fonts")
    for name, (others, family, panose, charset) in _FONTS.items():
        font = element("w:font", name=name)
        font.append(element("w:altName", val=others))
        font.append(element("w:panose1", val=panose))
        font.append(element("w:charset", val=charset))
        font.append(element("w:family", val=family))
        font.append(element("w:pitch", val="variable"))
        table.append(font)
    part = document.part.part_related_by(RELATIONSHIP_TYPE.FONT_TABLE)
    # python-docx keeps this part as bytes and has no call to change it
    part._blob = etree.tostring(table, xml_declaration=True, encoding="UTF-8", standalone=True)  # noqa: SLF001
