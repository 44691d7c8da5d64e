"""Workers that grade units: in this process, on this machine's cores, or on a cluster."""
