# Counts the requests of nginx' access log, plain or JSON: how many, their status, the longest time, method and path.
# Queries and numbers are taken out.
match($0, /"[A-Z]+ \/[^ ?"]*/) {
  path = substr($0, RSTART + 1, RLENGTH - 1)
  gsub(/[0-9]+/, "N", path)
  status = "?"
  if (match($0, /"status": *"?[1-5][0-9][0-9]/)) status = substr($0, RSTART + RLENGTH - 3, 3)
  else if (match($0, /" [1-5][0-9][0-9] /)) status = substr($0, RSTART + 2, 3)
  took = match($0, /[ "=:][0-9]+\.[0-9][0-9][0-9]([", }]|$)/) ? substr($0, RSTART + 1, RLENGTH - 1) + 0 : 0
  each = status " " path
  number[each]++
  if (took > longest[each]) longest[each] = took
}
END {
  for (each in number) print number[each], substr(each, 1, index(each, " ") - 1), longest[each] + 0, substr(each, index(each, " ") + 1)
}
