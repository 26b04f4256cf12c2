"""Documents to hand in: `render_report(name, data, target)` writes one, `list_reports()` tells which there are.

A report is a folder: `report.yaml` says what it is, `gather.py` turns the data into the words and figures
of the document (pure), `layout.docx`, `layout.typ` or `layout.py` says how it looks, `example.json` holds data to
try it with.
Documents are Chinese whatever language their reader's command line speaks: they are handed in under a Chinese contract.
"""

from yunqi.reports.base import Report, list_reports, load_report, render_bytes, render_report, write_document

__all__ = ["Report", "list_reports", "load_report", "render_bytes", "render_report", "write_document"]
