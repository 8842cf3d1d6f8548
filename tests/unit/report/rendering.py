"""A section of the report by itself."""

from jinja2 import DictLoader, Environment, StrictUndefined
from tests.conftest import ROOT

from datafootprint.report.numbers import rounded

SECTIONS = ROOT / "workflow" / "datafootprint" / "report" / "sections"
MACROS = (
    "{% macro show(table) %}{{ table.caption }}{{ table.rows }}{% endmacro %}"
    "{% macro figure(name, alt, caption) %}[{{ name }}]{% endmacro %}"
)


def render(name, **context):
    """Render a section as the page does, with its white space in single blanks."""
    text = MACROS + (SECTIONS / f"{name}.html.j2").read_text(encoding="utf-8")
    environment = Environment(
        loader=DictLoader({"page": text}),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["rounded"] = rounded
    page = environment.get_template("page").render(**context, paper=None)
    return " ".join(page.split())
