"""The subcommands of ``proctor``, one per file."""
