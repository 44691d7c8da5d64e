"""Where units are worked on: in this process, on this machine's cores, or on a cluster."""
