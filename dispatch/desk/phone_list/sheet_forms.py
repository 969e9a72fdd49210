"""In which forms a phone sheet is written."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Final

from dispatch.desk.phone_list.sheet_pages import as_html
from dispatch.desk.phone_list.sheet_pdf import Printed, as_pdf
from dispatch.desk.phone_list.sheet_rows import Sheet
from dispatch.desk.phone_list.sheet_tables import as_csv
from dispatch.desk.phone_list.sheet_workbook import as_xlsx
from dispatch.errors import Refused

_FORMS: Final[Mapping[str, Callable[[Sheet], Printed]]] = {
    "html": lambda sheet: Printed(content=as_html(sheet).encode()),
    "pdf": as_pdf,
    "xlsx": lambda sheet: Printed(content=as_xlsx(sheet)),
    "csv": lambda sheet: Printed(content=as_csv(sheet).encode()),
}
_LIBRARIES: Final[Mapping[str, str]] = {"pdf": "fpdf", "xlsx": "xlsxwriter"}


def check_form(form: str) -> None:
    """Raise unless a sheet can be written in this form, and load what that takes, before anybody waits for it.

    Raises:
        Refused: It is none of ours.
    """
    if form not in _FORMS:
        raise Refused(
            "a phone list cannot be written as {form}",
            form=form,
            hint="as one of: {forms}",
            forms=tuple(_FORMS),
        )
    if form in _LIBRARIES:
        import_module(_LIBRARIES[form])


def render(sheet: Sheet, form: str) -> Printed:
    """Return a sheet as a file of this form: "html", "pdf", "xlsx" or "csv".

    Raises:
        Refused: It is another one.
    """
    check_form(form)
    return _FORMS[form](sheet)
