"""``python -m proctor``."""

from proctor.app import main

if __name__ == "__main__":
    main()
