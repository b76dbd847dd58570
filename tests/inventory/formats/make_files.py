# SPDX-License-Identifier: Apache-2.0
"""Writes `files/` with the libraries that write such files in the wild. The tests themselves need none of them.

    python3.11 -m venv env
    env/bin/pip install torch==2.13.0 numpy==2.4.6 joblib==1.6.0 scikit-learn==1.9.1 onnx==1.23.2 gguf==0.19.0 \\
        keras==3.15.1 h5py==3.16.0
    KERAS_BACKEND=torch env/bin/python tests/inventory/formats/make_files.py

Some files hold times or addresses of the run, so that a second run gives other bytes of the same kind.
"""

from __future__ import annotations

import datetime
import fractions
import io
import pickle
import tarfile
from pathlib import Path

import gguf
import joblib
import keras
import numpy as np
import onnx
import torch
from sklearn.linear_model import LogisticRegression

FILES = Path(__file__).parent / "files"


class Payload:
    """Prints when it is loaded, as a stand-in for anything else."""

    def __reduce__(self) -> tuple[object, ...]:
        return print, ("this was loaded",)


def make_torch() -> None:
    torch.manual_seed(1)
    layer = torch.nn.Linear(2, 1)
    torch.save(layer.state_dict(), FILES / "state-dict.pth")
    torch.save(layer, FILES / "whole-module.pth")
    torch.save({"weight": torch.zeros(1), "extra": Payload()}, FILES / "payload.pth")
    torch.save(layer.state_dict(), FILES / "legacy.pth", _use_new_zipfile_serialization=False)
    torch.save(Payload(), FILES / "legacy-payload.pth", _use_new_zipfile_serialization=False)
    torch.save(
        layer.state_dict(), FILES / "legacy-protocol-4.pth", pickle_protocol=4, _use_new_zipfile_serialization=False
    )
    torch.jit.trace(layer, torch.zeros(1, 2)).save(str(FILES / "torchscript.pt"))
    # PyTorch cannot write its first form any more, only read it.
    with tarfile.open(FILES / "legacy.tar", "w", format=tarfile.USTAR_FORMAT) as tar:
        for name in ("sys_info", "pickle", "storages", "tensors"):
            content = pickle.dumps({"protocol_version": 1000}, protocol=2)
            member = tarfile.TarInfo(name)
            member.size = len(content)
            tar.addfile(member, io.BytesIO(content))


def make_pickles() -> None:
    value = {
        "a": [1, 2.5, None, True, b"x", "y"],
        "b": (fractions.Fraction(1, 3), {3}),
        "c": datetime.date(2025, 1, 31),
    }
    for protocol in range(6):
        (FILES / f"protocol-{protocol}.pkl").write_bytes(pickle.dumps(value, protocol=protocol))
        (FILES / f"payload-{protocol}.pkl").write_bytes(pickle.dumps(Payload(), protocol=protocol))
    (FILES / "no-imports.pkl").write_bytes(pickle.dumps({"a": [1, 2, 3]}))


def make_arrays() -> None:
    model = LogisticRegression().fit(np.array([[0.0], [1.0]]), [0, 1])
    joblib.dump(model, FILES / "model.joblib")
    joblib.dump({"a": 1}, FILES / "no-arrays.joblib")
    for compressor in ("zlib", "gzip", "bz2", "lzma", "xz", "lz4"):
        joblib.dump(model, FILES / f"model-{compressor}.joblib", compress=(compressor, 3))
    plain, objects = np.arange(3), np.array([None, fractions.Fraction(1, 2)], dtype=object)
    structured = np.array([(1, "a")], dtype=[("n", "i4"), ("inner", [("thing", "O")])])
    np.save(FILES / "plain.npy", plain)
    np.save(FILES / "structured.npy", np.zeros(2, dtype=[("x", "f4", (2,)), ("y", [("z", "i2")])]))
    np.save(FILES / "objects.npy", objects)
    np.save(FILES / "structured-objects.npy", structured)
    np.savez(FILES / "plain.npz", plain=plain)
    np.savez(FILES / "objects.npz", plain=plain, objects=objects)
    np.savez_compressed(FILES / "objects-packed.npz", plain=plain, objects=objects)


def make_keras() -> None:
    plain = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])

    def double(value: object) -> object:
        return value * 2  # type: ignore[operator]

    # The bytecode would name the place of this script.
    double.__code__ = double.__code__.replace(co_filename="make_files.py")
    double.__name__ = "<lambda>"  # Keras keeps functions with a name by their name.
    unsafe = keras.Sequential([keras.Input((2,)), keras.layers.Lambda(double)])
    for name, model in (("plain", plain), ("lambda", unsafe)):
        for ending in ("keras", "h5"):
            model.save(FILES / f"{name}.{ending}")


def make_others() -> None:
    tensor = onnx.helper.make_tensor_value_info("x", onnx.TensorProto.FLOAT, [1])
    graph = onnx.helper.make_graph(
        [onnx.helper.make_node("Identity", ["x"], ["y"])],
        "g",
        [tensor],
        [
            onnx.helper.make_tensor_value_info("y", onnx.TensorProto.FLOAT, [1]),
        ],
    )
    onnx.save(onnx.helper.make_model(graph, producer_name="openmodel"), FILES / "model.onnx")
    for name, order in (("little", gguf.GGUFEndian.LITTLE), ("big", gguf.GGUFEndian.BIG)):
        writer = gguf.GGUFWriter(FILES / f"{name}.gguf", "llama", endianess=order)
        writer.add_name("toy")
        writer.add_license("apache-2.0")
        writer.add_base_model_count(1)
        writer.add_base_model_repo_url(0, "https://example.org/base")
        writer.add_file_type(0)
        writer.add_block_count(2)
        writer.add_rope_freq_base(10000.0)
        writer.add_bool("openmodel.flag", True)
        writer.add_token_list(["a", "b", "c"])
        writer.add_array("openmodel.numbers", [1, 2, 3])
        writer.add_int64("openmodel.negative", -5)
        writer.add_tensor("weight", np.arange(4, dtype=np.float32))
        writer.write_header_to_file()
        writer.write_kv_data_to_file()
        writer.write_tensors_to_file()
        writer.close()


if __name__ == "__main__":
    FILES.mkdir(exist_ok=True)
    for make in (make_torch, make_pickles, make_arrays, make_keras, make_others):
        make()
