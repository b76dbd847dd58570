# SPDX-License-Identifier: Apache-2.0
"""What the bytes of a release say about its manifest: which facts they bear out, and which they contradict.

`reading` goes through everything; `findings` is what it gives. `files` compares digests and knows every place that
names a file, `weights` counts tensors, `configurations` holds configuration and tokenizer against them, `bases` reads
which models files name that this one was made from, `terms` identifies licence texts, `pins` asks the repository that
the release lies in. Evidence belongs to one evaluation and is never stored.
"""
