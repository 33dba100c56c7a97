"""The pages: they compose widgets and connect them to the open project."""
