"""Run the command from a checkout: ``python cli.py today``. It is not installed."""

from dispatch.cli import main

if __name__ == "__main__":
    main()
