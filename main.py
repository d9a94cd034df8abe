"""`python main.py COMMAND`: the same program as the installed `publisher` command."""

from publisher.cli import main

if __name__ == "__main__":
    main()
