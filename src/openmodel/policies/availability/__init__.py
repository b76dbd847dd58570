# SPDX-License-Identifier: Apache-2.0
"""What can be had: at which addresses and places, and which files are what they are said to be."""
