"""``python -m proctor``."""

from proctor.cli.app import main

if __name__ == "__main__":
    main()
