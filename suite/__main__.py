"""`python -m suite` is `canje`."""

from suite.cli import main

main()
