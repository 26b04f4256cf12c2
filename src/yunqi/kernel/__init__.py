"""Units, money, periods, the calendar, the clock, ids, errors, words: pure, no input or output."""
