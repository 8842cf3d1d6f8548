"""A section of the report by itself."""

from datafootprint.report.sections.report_page import environment

MACROS = (
    "{% macro show(table) %}{{ table.caption }}{{ table.rows }}{% endmacro %}"
    "{% macro figure(name, alt, caption) %}[{{ name }}]{% endmacro %}"
)


def render(name, tables=None, **context):
    """Render a section as the page does, with its white space in single blanks."""
    template = environment().from_string(MACROS + f'{{% include "{name}.html.j2" %}}')
    return " ".join(template.render(**context, tables=tables or {}, paper=None).split())
