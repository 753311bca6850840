"""The command ``autotransform`` and ``python -m autotransform``."""

from autotransform.cli import main

if __name__ == "__main__":
    main()
