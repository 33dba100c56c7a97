"""The adapter as a file that the community's programs load, checked before it takes its place.

`privacy`, `card`, `metadata`, `picture` and `placing` do without torch.
"""
