# SPDX-License-Identifier: Apache-2.0
"""What texts say, as far as a program can tell: nothing, too little, that something is kept back, or who is meant."""
