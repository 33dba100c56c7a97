"""Widgets that know nothing of the app: values in, signals out."""
