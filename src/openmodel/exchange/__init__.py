# SPDX-License-Identifier: Apache-2.0
"""Other formats in and out, one file a format.

- `loose_text`: JSON and YAML that others wrote, read as far as they can be
- `mof`: files of the Model Openness Framework, into a manifest
- `mof_components`: one component of such a file
- `mof_writing`: a manifest, into such a file
- `remainder`: what of a file no field of a manifest holds
"""
