# SPDX-License-Identifier: Apache-2.0
"""Files that are called like source code and have none: nothing but comments, blank lines, strings that stand alone and
an error that says so; a page or an answer of a server that was saved in place of the file; sentences, settings, or
bytes that are no text.

Only languages whose comments are plain to see, and only short files. What is not understood counts as code.
"""

from __future__ import annotations

import keyword
import re

from openmodel.errors import DocumentError
from openmodel.inventory.formats.no_content import refuses
from openmodel.inventory.formats.pages import UTF8_MARK, is_answer, is_html, is_xml
from openmodel.inventory.formats.python_code import why_no_python
from openmodel.inventory.formats.views import WINDOW, View
from openmodel.manifest.code_names import is_source_code
from openmodel.manifest.json_text import read_json

__all__ = ["why_no_code"]

_LONGEST = 64 * 2**10
"""Bytes of the longest file that is looked at; nobody writes so long a comment and no code."""
_LONGEST_NOTEBOOK = 4 * 2**20

_HASH = r"\#[^\n]*"
_SLASHES = r"//[^\n]*|/\*(?:[^*]|\*(?!/))*\*/"
_RUBY = rf"{_HASH}|(?m:^)=begin\b.*?\n=end\b[^\n]*"
_LUA = r"--\[(?P<level>=*)\[.*?\](?P=level)\]|--(?!\[=*\[)[^\n]*"
_HASKELL = r"--[^\n]*|\{-(?!\#).*?-\}"
_SQL = r"--[^\n]*|/\*(?!!)(?:[^*]|\*(?!/))*\*/"
_STRING = (
    r"[rRuUbB]{0,2}(?:\"\"\"(?:[^\\\"]|\\.|\"(?!\"\"))*\"\"\"|'''(?:[^\\']|\\.|'(?!''))*'''"
    r"|\"(?:[^\\\"\n]|\\.)*\"(?!\")|'(?:[^\\'\n]|\\.)*'(?!'))[ \t]*(?=[;\n\#]|\Z)"
)
_SHELL_SAYS = r"(?m:^)[ \t]*(?:echo\b[^\n|;&<>$`()]*|exit\b[ \t]*\d*[ \t]*)(?=\n|\#|\Z)"
_RAISE = r"raise\s+NotImplementedError(?:\((?:[^()\\\n]|\\.)*\))?"
_NOTHING_DONE = rf"(?:pass|\.\.\.|{_RAISE})(?=[\s;\#]|\Z)"
_NO_CODE = {
    ending: re.compile(rf"(?:\s|{comment})", re.DOTALL)
    for comment, endings in (
        (f"{_HASH}|{_STRING}|{_NOTHING_DONE}|;", "py pyi pyx"),
        (_HASH, "ex exs jl pl ps1 r"),
        (rf"{_HASH}|{_SHELL_SAYS}", "bash sh"),
        (_RUBY, "rb"),
        (_SLASHES, "c cc cpp cs cu cuh cxx go h hpp java js jsx kt metal mjs rs scala swift ts tsx zig"),
        (_LUA, "lua"),
        (_HASKELL, "hs"),
        (_SQL, "sql"),
    )
    for ending in endings.split()
}
"""By the ending of a name, what is no code in the language."""
_DOES_SOMETHING = re.compile(r"[(=\[{\"]|\bimport\b")
"""What any Python has in it that calls, sets or loads anything. Sentences mostly have none of it."""
_SIGNS = re.compile(r"[=(){}\[\]$|<>;\\#]|:\s*$|^\s*@|\s--?\w", re.MULTILINE)
"""Some of which all but the shortest code has, and sentences have not."""
_WORDS = re.compile(r"(?<!\w)(?:[^\W\d_]{2,}+[,.]?[ \n]++){2}[^\W\d_]{2,}")
_FIRST_WORDS = re.compile(r"([^\W\d]\w*)[ ]([^\W\d]\w*)[ ]([^\W\d]\w*)\b(?!\s*=)")
_PYTHON_2 = frozenset({"print", "exec"})
_SETTING = re.compile(r"[ ]*(?:- )?[\w.-]+:(?:[ ][^=()]*)?|\s*(?:\#.*)?|[ ]*- [\w.-]+|---")
_SET = re.compile(r"(?m)^[ ]*[\w.-]+:[ ]+-?\d")
_UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")


def why_no_code(view: View, path: str) -> str | None:
    """Why a file that is called like source code has none, a phrase that starts with "it"; None where it may have some.

    Args:
        view: the file.
        path: its path.

    Raises:
        OSError: the system does not give the bytes.
    """
    ending = path.rpartition("/")[2].rpartition(".")[2].lower()
    if not view.size or not is_source_code(path):
        return None
    if what := _something_else(view.read(0, WINDOW), ending):
        return f"it has no code, but is {what}"
    if ending == "ipynb":
        return _why_no_cell(view) if view.size <= _LONGEST_NOTEBOOK else None
    if view.size > _LONGEST:
        return None
    content = view.read(0, view.size)
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return None
    nothing = _NO_CODE.get(ending)
    if nothing is not None and _is_all(nothing, text):
        does = "an error only" if "NotImplementedError" in text else "comments and blank lines only"
        return f"it has no code, but {does}"
    if ending == "py" and ((_WORDS.search(text) and not _DOES_SOMETHING.search(text)) or _begins_with_words(text)):
        return "it has no code, but sentences"
    if ending == "py" and _SET.search(text) and all(map(_SETTING.fullmatch, text.splitlines())):
        return "it has no code, but settings"
    if _is_json(content):
        return "it has no code, but is JSON"
    if not _SIGNS.search(text) and refuses(text):
        return "it has no code, but a sentence"
    return why_no_python(text) if ending == "py" else None


def _something_else(head: bytes, ending: str) -> str | None:
    """What a file is whose beginning no source code has. PHP begins with what it writes into a page."""
    if ending != "php" and (is_html(head) or is_xml(head)):
        return "a page"
    if is_answer(head):
        return "the answer of a server"
    return "no text" if b"\0" in head and not head.startswith(_UTF16_MARKS) else None


def _is_json(content: bytes) -> bool:
    """Whether a text is an object or a list and nothing else, which no language does anything with."""
    if content.removeprefix(UTF8_MARK).lstrip()[:1] not in (b"{", b"["):
        return False
    try:
        return isinstance(read_json(content.removeprefix(UTF8_MARK), "file").data, dict | list)
    except DocumentError:
        return False


def _begins_with_words(text: str) -> bool:
    """Whether the first statement begins with three names in a row, which no Python does."""
    found = _FIRST_WORDS.match(text, _end_of(_NO_CODE["py"], text))
    return found is not None and not any(keyword.iskeyword(one) or one in _PYTHON_2 for one in found.groups())


def _is_all(nothing: re.Pattern[str], text: str) -> bool:
    """Whether a text is nothing else from its beginning to its end."""
    return _end_of(nothing, text) == len(text)


def _end_of(nothing: re.Pattern[str], text: str) -> int:
    """Up to where a text is nothing else."""
    place = 0
    while place < len(text) and (found := nothing.match(text, place)) is not None:
        place = found.end()
    return place


def _why_no_cell(view: View) -> str | None:
    try:
        notebook = read_json(view.read(0, view.size), "notebook").data
    except DocumentError:
        return None
    cells = notebook.get("cells") if isinstance(notebook, dict) else None
    if not isinstance(cells, list):
        return None
    for cell in cells:
        if not isinstance(cell, dict) or cell.get("cell_type") not in ("markdown", "raw", "code"):
            return None
        source = cell.get("source")
        text = "".join(map(str, source)) if isinstance(source, list) else str(source)
        if cell["cell_type"] == "code" and not _is_all(_NO_CODE["py"], text):
            return None
    return "it has no cell with code"
