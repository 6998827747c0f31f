"""The site, which `make docs` builds from the pages and the docstrings.

The source is the whole repository, so that a link to another page, `../SECURITY.md` from here too,
leads to the same page on the site and in the repository. The index docs/README.md is the sidebar.
"""

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

from docutils import nodes
from sphinx.addnodes import pending_xref
from sphinx.application import Sphinx
from sphinx.domains.python import PythonDomain
from sphinx.environment import BuildEnvironment
from sphinx.util import logging

import geventnet
import geventnet.cluster
import geventnet.testing.faults
import geventnet.transport.protocol

HERE = Path(__file__).parent
MODULES = (
    geventnet,
    geventnet.cluster,
    geventnet.testing,
    geventnet.testing.faults,
    geventnet.transport.protocol,
)

project = "geventnet"
copyright = "geventnet contributors"
version = release = geventnet.__version__

extensions = ["myst_parser", "sphinx.ext.autodoc"]
root_doc = "docs/index"
include_patterns = ["docs/**.md", "examples/README.md", "[CS]*.md"]
exclude_patterns = ["docs/README.md"]
# Quotes in docstrings belong to code.
smartquotes = False

myst_heading_anchors = 4

autodoc_member_order = "groupwise"
autodoc_typehints_format = "short"
python_maximum_signature_line_length = 88
toc_object_entries_show_parents = "hide"
# What stands in single backticks in a docstring is code, and a link where it names something.
default_role = "py:obj"
nitpick_ignore_regex = [("py:(obj|class)", "(?s).*")]

highlight_language = "none"
html_theme = "furo"
html_title = f"geventnet {release}"
html_copy_source = False
html_show_sphinx = False
html_extra_path = ["_root"]
html_static_path = ["_static"]
html_css_files = ["site.css"]


def setup(app: Sphinx) -> None:
    app.connect("source-read", add_sidebar)
    app.connect("autodoc-process-bases", show_public_bases)
    app.connect("autodoc-process-docstring", clear_aliases)
    app.connect("missing-reference", link_by_public_name)
    app.connect("env-check-consistency", check_reference)


def add_sidebar(app: Sphinx, page: str, source: list[str]) -> None:
    """Append the index to the front page: a section is a caption, a link in it is an entry."""
    if page == root_doc:
        for section in (HERE / "README.md").read_text().split("\n## ")[1:]:
            caption = section.partition("\n")[0]
            links = re.findall(r"\[([^]]+)\]\(([^)]+)\.md\)", section)
            entries = "".join(f"{title} <{target}>\n" for title, target in links)
            source[0] += f"\n```{{toctree}}\n:hidden:\n:caption: {caption}\n\n{entries}```\n"


def public_names(module: ModuleType) -> Iterator[tuple[str, object]]:
    for name in module.__all__:
        yield f"{module.__name__}.{name}", getattr(module, name)


PUBLIC = {name: value for module in MODULES for name, value in public_names(module)}
CLASSES = {name: value for name, value in PUBLIC.items() if isinstance(value, type)}

# Some classes say that they are from where users find them. autodoc looks for the comments on their
# attributes where they are written.
for _class in CLASSES.values():
    if _class.__module__ in ("geventnet", "geventnet.cluster"):
        _class.__module__ = _class.__init__.__module__


def show_public_bases(app: Sphinx, name: str, cls: type, options: object, bases: list[Any]) -> None:
    """Show the bases that have a name in the reference, and none that a class takes code from."""
    public = CLASSES.values()
    known = [b for b in cls.__mro__[1:] if b in public or not b.__module__.startswith("geventnet")]
    bases[:] = [b for b in known if not any(o is not b and b in o.__mro__ for o in known)]


def clear_aliases(
    app: Sphinx, what: str, name: str, value: object, options: object, lines: list[str]
) -> None:
    """Drop the docstrings that Python gives the fields of a named tuple."""
    if lines and lines[0].startswith("Alias for field number"):
        lines.clear()


def link_by_public_name(
    app: Sphinx, env: BuildEnvironment, node: pending_xref, text: nodes.TextElement
) -> nodes.Element | None:
    """Link what is named by the module that it is written in: the reference has its public name."""
    target = node.get("reftarget", "").rpartition(".")[2]
    if node.get("refdomain") != "py" or f"geventnet.{target}" not in CLASSES:
        return None
    domain = env.domains.python_domain
    return domain.resolve_xref(
        env, node["refdoc"], app.builder, "class", f"geventnet.{target}", node, text
    )


def members(cls: type) -> Iterable[str]:
    """The public names that the library gives a class."""
    for base in cls.__mro__:
        if base.__module__.startswith("geventnet"):
            for name in {*vars(base), *getattr(base, "__annotations__", {})}:
                if not name.startswith("_") and name == name.lower():
                    yield name


def check_reference(app: Sphinx, env: BuildEnvironment) -> None:
    """Warn, which ends the build, of public names that the reference lacks."""
    domain: PythonDomain = env.domains.python_domain
    found = set(domain.objects)
    missing = PUBLIC.keys() - found
    for name, cls in CLASSES.items():
        bases = [other for other, base in CLASSES.items() if base in cls.__mro__]
        missing |= {
            f"{name}.{member}"
            for member in members(cls)
            if not any(f"{base}.{member}" in found for base in bases)
        }
    for name in sorted(missing):
        logging.getLogger(__name__).warning("%s is not in the reference: has it a docstring?", name)
