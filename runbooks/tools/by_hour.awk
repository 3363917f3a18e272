# Counts lines by the hour that their first word, a time such as 2026-01-31T23:59:59+0000, begins with.
{ hour = substr($1, 1, 13) }
hour != last { if (last) print last, count; last = hour; count = 0 }
{ count++ }
END { if (last) print last, count }
