"""Windows that ask something or show something, and go away again."""
