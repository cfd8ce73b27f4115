"""`python -m ippserver`: the command line."""

from ippserver.cli import main

if __name__ == "__main__":
    main(prog_name="ippserver")
