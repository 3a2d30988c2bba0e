"""`python -m threatbase`."""

from threatbase.cli import main

if __name__ == "__main__":
    main(prog_name="threatbase")
