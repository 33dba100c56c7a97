"""Folders of images and captions, and how they become batches.

Everything here is free of torch, except `studio.data.cache`, `studio.data.loader` and
`studio.data.pixels`. Nothing here ever writes into an image folder.
"""
