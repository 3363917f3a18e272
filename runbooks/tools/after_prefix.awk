# Counts names by the word that follows a prefix, up to the next sign such as the prefix ends with: -v prefix=PREFIX.
BEGIN { end = substr(prefix, length(prefix)) }
index($0, prefix) == 1 { split(substr($0, length(prefix) + 1), words, end); count[words[1]]++ }
END { for (word in count) print count[word], word }
