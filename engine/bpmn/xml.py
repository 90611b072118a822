"""Reading XML that strangers wrote: no DOCTYPE, no entities, no network, bounded size."""

from __future__ import annotations

from lxml import etree

BPMN = "http://www.omg.org/spec/BPMN/20100524/MODEL"
BC = "http://bancheng.org/schema/bpmn"
CAMUNDA = "http://camunda.org/schema/1.0/bpmn"
NAMESPACES = {"bpmn": BPMN, "bc": BC, "camunda": CAMUNDA}
MAX_BYTES = 2_000_000


class XmlRefused(ValueError):
    """The text is not XML we take; the message says why, in Chinese."""


def read_xml(content: bytes) -> etree._Element:
    """The root element of `content`; raises XmlRefused."""
    if len(content) > MAX_BYTES:
        raise XmlRefused(f"文件超过 {MAX_BYTES // 1_000_000} MB，请拆分后再上传")
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(content, parser)
    except etree.XMLSyntaxError as error:
        if error.code == etree.ErrorTypes.ERR_NO_MEMORY:  # says nothing about the file
            raise MemoryError from None
        raise XmlRefused(f"不是完整的 XML：第 {error.lineno} 行附近有错误") from None
    if root is None:
        raise XmlRefused("文件是空的")
    if root.getroottree().docinfo.doctype:
        raise XmlRefused("文件含有 DOCTYPE 声明，出于安全考虑不接收，请删去后再上传")
    return root


def local_name(element: etree._Element) -> str:
    """Tag without its namespace; empty for comments and the like."""
    return etree.QName(element).localname if isinstance(element.tag, str) else ""


def bpmn(name: str) -> str:
    """Qualified BPMN tag."""
    return f"{{{BPMN}}}{name}"


def bc(name: str) -> str:
    """Qualified own attribute."""
    return f"{{{BC}}}{name}"


def camunda(name: str) -> str:
    """Qualified Camunda attribute."""
    return f"{{{CAMUNDA}}}{name}"
