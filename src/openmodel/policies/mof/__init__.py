# SPDX-License-Identifier: Apache-2.0
"""The Model Openness Framework: its components and classes, which `mot` judges by the tool's own rules."""
