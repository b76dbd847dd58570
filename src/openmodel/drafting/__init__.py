# SPDX-License-Identifier: Apache-2.0
"""Drafting `openmodel.yaml` from a release that has none. The modules, in reading order:

- `draft`: `init`, from a directory to a file that can be built
- `survey`: everything that was found, gathered by the finders below

Reading, bounded:

- `tree`: the files of a release, and their text, JSON and YAML
- `plain`: one value out of data that may hold anything, or nothing
- `markdown`: the body of a card, taken apart

What the files say, each module finding one kind of fact:

- `card`: the model card, and what it is called
- `package`: the metadata of a Python package
- `licence`: stated terms, and the licence texts that are there
- `card_licence`: what the text of a card says against the licence that is stated
- `claims`: what no field of a manifest holds, so that it is told and not taken over
- `repository`: the git repository that the release is in
- `hub_copies`: whether the weights are those of a repository of the Hub
- `parents`: the models that this one was made from
- `components`: the files in groups, with names
- `weight_groups`: which files of parameters belong together
- `weight_formats`: by what a file is known to hold parameters
- `pipelines`: the parts of a pipeline, by its own index
- `component_kinds`: what any other file is, by its name
- `datasets`: all data that was trained on
- `collection`: data sets that have several names or places, made one
- `named_data`: data sets in the front matter of a card
- `data_tables`: data sets in tables and lists of a card
- `unused_data`: what says that data was not trained on here
- `amounts`: how much data a cell of a table says
- `training`: the run, from card and files, and its results
- `footprint`: what the run cost and ran on, in a card
- `run_files`: the run, in files that training tools write
- `secrets`: settings that may be keys or passwords
- `run`: what is known of the run, and where two places disagree

Writing:

- `sections`: the release and its components as sections of a draft
- `making`: sources, parents, stages, environments and results as sections
- `hints`: the blanks, with what belongs there and why
- `outline`: sections as YAML with comments
- `declaring`: plain data as YAML, for what was made of something else than a directory
"""

from __future__ import annotations

from openmodel.drafting.draft import Draft, init

__all__ = ["Draft", "init"]
