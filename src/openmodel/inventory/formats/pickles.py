# SPDX-License-Identifier: Apache-2.0
"""Pickles: whether some bytes are one, and what it imports. None is ever loaded.

A pickle is a program that may import anything and call it. Unpicklers run it as they read, so that one which breaks
off in the middle has run up to there, and is a pickle here. Source: CPython documentation, "pickle", its first warning.
"""

from __future__ import annotations

import pickletools
import re
import warnings
from dataclasses import dataclass, replace

from openmodel.inventory.formats.opcodes import Followed, follow
from openmodel.inventory.formats.recognised import Recognised, named
from openmodel.inventory.formats.views import View

__all__ = ["Pickles", "find_pickles", "legacy_defect", "recognise_pickle", "why_unsafe", "words_defect"]

_MAX_PICKLES = 100  # In one file, one after the other; legacy PyTorch has five.
_LEGACY = 5  # A number, the protocol, the system, what was saved, the keys of its tensors. Behind them are the tensors.
_MIN_MARKED = 4  # Opcodes after which bytes that begin with PROTO are no accident.
_MIN_UNMARKED = 100  # The same where nothing marks the beginning and the bounds end before the pickle does.

# The number that is all of the first pickle of a legacy PyTorch file, behind PROTO and FRAME where there are any, as
# protocols 2 and later and 0 and 1 write it. Source: PyTorch, `torch/serialization.py`, MAGIC_NUMBER.
_MAGIC = re.compile(
    rb"(?:\x80.(?:\x95.{8})?)?(?:\x8a\x0a\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19|L%dL\n)\." % 0x1950A86A20F9469CFC6C,
    re.DOTALL,
)

_LONGEST_WORDS = 4096  # Bytes; nobody writes a longer pickle in place of a model.
# Opcodes that make words and what holds them, and neither numbers nor bytes.
_WORDS = re.compile(
    r"PROTO|FRAME|STOP|MARK|POP(_MARK)?|DUP|MEMOIZE|(LONG_)?(BIN)?(PUT|GET)|(SHORT_)?(BIN)?(UNICODE8?|STRING)|NONE|NEWTRUE"
    r"|NEWFALSE|(EMPTY_)?(DICT|LIST|TUPLE|SET)|TUPLE[123]|FROZENSET|APPENDS?|SETITEMS?|ADDITEMS"
)

_ARRAY_WRAPPER = "joblib.numpy_pickle.NumpyArrayWrapper"
_OLD_ARRAY_WRAPPERS = ("joblib.numpy_pickle_compat.NDArrayWrapper", "joblib.numpy_pickle_compat.ZNDArrayWrapper")

# What PyTorch, TorchScript, NumPy and joblib write to rebuild tensors and arrays. None calls what its arguments name.
# Source: PyTorch, `torch/_weights_only_unpickler.py`; NumPy, `ndarray.__reduce__`.
_USUAL = re.compile(
    r"""collections\.OrderedDict | _codecs\.encode
    | torch\._utils\._rebuild_(?:tensor|tensor_v2|tensor_v3|parameter|parameter_with_state|qtensor|sparse_tensor)
    | torch\.(?:\w+Storage|Size|device|Tensor|u?int\d+|b?float\d+\w*|bool|complex\d+|q\w*int\d+\w*)
    | torch\.storage\.(?:Typed|Untyped|_Typed|_Untyped)Storage | torch\.nn\.parameter\.Parameter
    | numpy\.(?:_?core\.multiarray\.(?:_reconstruct|scalar)|_?core\.numeric\._frombuffer|ndarray|dtype)
    | __torch__\.[\w.]+ | torch\.jit\._pickle\.\w+
    | joblib\.numpy_pickle(?:_compat)?\.(?:Numpy|ND|ZND)ArrayWrapper""",
    re.VERBOSE,
)


@dataclass(frozen=True, slots=True)
class Pickles:
    """The pickles at the beginning of some bytes, one after the other."""

    imports: tuple[str, ...]
    """Module and name with a dot between, in the order of appearance, each once."""
    complete: bool
    """Whether all of them were followed to their ends."""

    @property
    def unusual(self) -> list[str]:
        """The imports beyond those that rebuild tensors and arrays."""
        return [name for name in self.imports if not _USUAL.fullmatch(name)]

    @property
    def is_joblib(self) -> bool:
        """Whether joblib wrote it, arrays and all."""
        return _ARRAY_WRAPPER in self.imports or any(name in self.imports for name in _OLD_ARRAY_WRAPPERS)


def find_pickles(view: View) -> Pickles | None:
    """The pickles at the beginning of a view; None when there is none.

    Raises:
        OSError: the system does not give the bytes.
    """
    found = [follow(view)]
    while found[-1].ended == "stop" and found[-1].end < view.size and len(found) <= _MAX_PICKLES:
        found.append(follow(view, found[-1].end))
    if len(found) > 1 and not _is_pickle(found[-1], view.size):
        found.pop()  # Whatever stands behind the last one: legacy PyTorch keeps its numbers there.
    if not any(_is_pickle(one, view.size) for one in found):
        return None
    imports = dict.fromkeys(name for one in found for name in one.imports)
    pickles = Pickles(tuple(imports), all(one.ended == "stop" for one in found) and len(found) <= _MAX_PICKLES)
    # joblib puts arrays, and pickles in them, in the middle: what stands behind the first was not followed.
    return replace(pickles, complete=False) if pickles.is_joblib else pickles


def _is_pickle(seen: Followed, size: int) -> bool:
    """Whether what was followed is a pickle and not text or data that look like the beginning of one."""
    if seen.marked:
        return seen.ended == "stop" or bool(seen.imports) or seen.opcodes >= _MIN_MARKED
    # Protocols 0 and 1 have no mark, and single lines of many texts are opcodes.
    if seen.called and any(seen.imports.values()):
        return True
    if seen.ended == "cut":
        return seen.holds and seen.opcodes >= _MIN_UNMARKED
    return seen.ended == "stop" and seen.end == size and (seen.holds or bool(seen.imports))


def why_unsafe(pickles: Pickles, what: str = "it is a pickle") -> str:
    """The phrase about pickles, which are never safe."""
    unusual = pickles.unusual
    if unusual:
        phrase = f"{what} that imports {named(unusual)}"
    elif pickles.imports:
        phrase = f"{what}, though all imports found in it are for tensors or arrays"
    else:
        phrase = f"{what}, though no imports were found in it"
    return phrase if pickles.complete else f"{phrase} (followed only in part)"


def recognise_pickle(view: View, name: str) -> Recognised | None:
    """A file that begins with a pickle, or None.

    Args:
        view: the file.
        name: its name, which tells joblib where there are no arrays in the file.

    Raises:
        OSError: the system does not give the bytes.
    """
    pickles = find_pickles(view)
    if pickles is None:
        return None
    if _MAGIC.match(view.read(0, 64)):
        return Recognised("pytorch-legacy", why_unsafe(pickles, "it is a PyTorch file of pickles"))
    if pickles.is_joblib:
        return Recognised("joblib", why_unsafe(pickles, "it is a joblib pickle"))
    if name.endswith(".joblib"):
        return Recognised("joblib", why_unsafe(pickles, "it is a joblib pickle"))
    return Recognised("pickle", why_unsafe(pickles))


def legacy_defect(view: View) -> str | None:
    """Why a legacy PyTorch file holds no tensors, a phrase that starts with "it"; None where it can.

    Raises:
        OSError: the system does not give the bytes.
    """
    if not _MAGIC.match(view.read(0, 64)):  # A tar archive, which is older.
        return None
    at = 0
    for _ in range(_LEGACY):
        seen = follow(view, at)
        if seen.ended == "cut":
            return None
        at = seen.end
        if seen.ended == "broken":
            break
    return "it is cut off before its tensors, or has none" if seen.ended == "broken" or at >= view.size else None


def words_defect(view: View) -> str | None:
    """Why a pickle holds no parameters, a phrase that starts with "it"; None where it can.

    Raises:
        OSError: the system does not give the bytes.
    """
    if view.size > _LONGEST_WORDS:
        return None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # Of escapes in what others wrote.
            found = {opcode.name for opcode, _, _ in pickletools.genops(view.read(0, view.size))}
    except (ValueError, IndexError, AttributeError):  # Broken, or of a kind that only other unpicklers know.
        return None
    return "it holds words only" if all(map(_WORDS.fullmatch, found)) else None
