"""Documents as other programs make them, harmless and hostile: DOCX by python-docx, ODT and PDF by hand."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Mapping

import docx
import pikepdf

from saraban.sheets import SignerBlock, typeset_letter
from tests.pdf.papers import memo

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
ODT_TYPE = b"application/vnd.oasis.opendocument.text"
NAMES = (
    'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" '
    'xmlns:draw="urn:oasis:names:tc:opendocument:xmlns:drawing:1.0" xmlns:xlink="http://www.w3.org/1999/xlink" '
    'xmlns:svg="urn:oasis:names:tc:opendocument:xmlns:svg-compatible:1.0" xmlns:script="urn:oasis:names:tc:opendocument:xmlns:script:1.0" '
    'xmlns:ooo="http://openoffice.org/2004/office"'
)
Parts = dict[str, bytes]


def docx_bytes(*paragraphs: str) -> bytes:
    """A plain DOCX."""
    document = docx.Document()
    for text in paragraphs or ("ด้วยจังหวัดจะจัดประชุม น้ำท่วม กุ้ง ญี่ปุ่น",):
        document.add_paragraph(text)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def odt_bytes(body: str = "<text:p>หนังสือจากโปรแกรมอื่น</text:p>", **more: bytes) -> bytes:
    """An ODT whose text is `body`; `more` parts by name."""
    content = (
        f'<?xml version="1.0"?><office:document-content {NAMES} office:version="1.2"><office:body><office:text>{body}'
        "</office:text></office:body></office:document-content>"
    )
    manifest = (
        '<?xml version="1.0"?><manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0" '
        'manifest:version="1.2"><manifest:file-entry manifest:full-path="/" manifest:media-type="application/vnd.oasis.opendocument.text"/>'
        '<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/></manifest:manifest>'
    )
    parts = {"mimetype": ODT_TYPE, "content.xml": content.encode(), "META-INF/manifest.xml": manifest.encode()}
    return packed(parts | more)


def packed(parts: Mapping[str, bytes]) -> bytes:
    """Parts as a package."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        for name, data in parts.items():
            package.writestr(name, data)
    return out.getvalue()


def unpacked(content: bytes) -> Parts:
    """The parts of a package."""
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        return {name: package.read(name) for name in package.namelist()}


def changed(content: bytes, change: Callable[[Parts], None]) -> bytes:
    """A package with its parts changed."""
    parts = unpacked(content)
    change(parts)
    return packed(parts)


def with_body(xml: str, *relations: str) -> bytes:
    """A DOCX with `xml` before its end, and relationships of its document."""

    def change(parts: Parts) -> None:
        document = parts["word/document.xml"].decode()
        parts["word/document.xml"] = document.replace("<w:sectPr", f"{xml}<w:sectPr", 1).encode()
        rels = parts["word/_rels/document.xml.rels"].decode()
        parts["word/_rels/document.xml.rels"] = rels.replace(
            "</Relationships>", "".join(relations) + "</Relationships>"
        ).encode()

    return changed(docx_bytes(), change)


def relation(name: str, kind: str, target: str, *, outside: bool = True) -> str:
    """A relationship of a DOCX part."""
    mode = ' TargetMode="External"' if outside else ""
    return f'<Relationship Id="{name}" Type="{R}/{kind}" Target="{target}"{mode}/>'


def field(instruction: str, shown: str = "เดิม") -> str:
    """A field of Word in pieces, as it writes them."""
    half = len(instruction) // 2
    return (
        '<w:p><w:r><w:fldChar w:fldCharType="begin"/></w:r>'
        f'<w:r><w:instrText xml:space="preserve">{instruction[:half]}</w:instrText></w:r>'
        f'<w:r><w:instrText xml:space="preserve">{instruction[half:]}</w:instrText></w:r>'
        f'<w:r><w:fldChar w:fldCharType="separate"/></w:r><w:r><w:t>{shown}</w:t></w:r>'
        '<w:r><w:fldChar w:fldCharType="end"/></w:r></w:p>'
    )


def linked_picture(relation_id: str) -> str:
    """A picture that is linked, not held."""
    return (
        '<w:p><w:r><w:pict><v:shape xmlns:v="urn:schemas-microsoft-com:vml" style="width:50pt;height:50pt">'
        f'<v:imagedata xmlns:r="{R}" r:href="{relation_id}"/></v:shape></w:pict></w:r></w:p>'
    )


TRACKED = with_body('<w:p><w:ins w:id="1" w:author="x"><w:r><w:t>ใหม่</w:t></w:r></w:ins></w:p>')


# -- PDF --------------------------------------------------------------------------------------------


def pdf_bytes(signer: str = "นายสมชาย ใจดี", pages: int = 1) -> bytes:
    """A letter of the house as a PDF made elsewhere; several times over for more pages."""
    block = SignerBlock(signer, ("ผู้ว่าราชการจังหวัดปทุมธานี",), "signer-1")
    one = typeset_letter(memo(signers=(block,))).pdf
    return one if pages == 1 else altered(one, lambda pdf: pdf.pages.extend([pdf.pages[0]] * (pages - 1)))


def altered(content: bytes, change: Callable[[pikepdf.Pdf], object]) -> bytes:
    """A PDF after `change` on it as a whole."""
    with pikepdf.open(io.BytesIO(content)) as pdf:
        change(pdf)
        out = io.BytesIO()
        pdf.save(out)
    return out.getvalue()
