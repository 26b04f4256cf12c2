"""`python -m yunqi` is the command `yunqi`."""

from yunqi.bootstrap import main

main()
