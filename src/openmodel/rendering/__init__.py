# SPDX-License-Identifier: Apache-2.0
"""What people read: the model card and the reports. Text in these comes from strangers and is shown, never obeyed."""
