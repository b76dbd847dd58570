# SPDX-License-Identifier: Apache-2.0
"""The bytes of a release: which files there are, what identifies them, and what the weights among them hold.

`naming` and `boundary` say what a path may be and where it may lead, `reading` and `writing` touch the disk,
`walking` lists, `digests` and `release_root` identify, `formats` tells what a file is, `safetensors`, `gguf` and
`indexes` read what says which tensors there are, `front_matter` takes a card apart, `portability` knows names that are
trouble elsewhere, `contents` compares a directory with its manifest, `git` asks about the repository around it. Nothing
here imports or unpickles what it finds, and nothing goes to the network.
"""
