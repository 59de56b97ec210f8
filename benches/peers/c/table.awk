# The lines of the peers as tables in Markdown, aligned enough to be read as they are. The first peer is the base.

BEGIN {
  rows = split("nop add mix sum8 strlen pair triple callback sum qsort snprintf", row, " ")
  split("nop add mix sum8 strlen struct16 struct24 callback sum1000 qsort1000 snprintf", title, " ")
}

$1 == "peer" { sub(/^peer /, ""); peer[++peers] = $0; next }
$1 == "version" { sub(/^version /, ""); if (!seen[$0]++) versions = versions (versions == "" ? "" : "; ") $0; next }
$2 == "-" { name = $1; sub(/^[^ ]+ - /, ""); absent[peers, name] = $0; next }
!((peers, $1) in best) || $2 < best[peers, $1] { best[peers, $1] = $2 }

function number(value) { return sprintf(value < 1000 ? "%.1f" : "%.0f", value) }

function ratio(value) { return sprintf(value < 10 ? "%.2f" : value < 100 ? "%.1f" : "%.0f", value) }

function head(what,    i, line, rule) {
  line = sprintf("| %-17s |", what)
  rule = "|-------------------|"
  for (i = 1; i <= rows; i++) {
    line = line sprintf(" %9s |", title[i])
    rule = rule "----------:|"
  }
  print line "\n" rule
}

function cells(p, relative,    i, line, value) {
  line = sprintf("| %-17s |", peer[p])
  for (i = 1; i <= rows; i++) {
    value = "-"
    if ((p, row[i]) in best)
      value = relative ? ratio(best[p, row[i]] / best[1, row[i]]) : number(best[p, row[i]])
    line = line sprintf(" %9s |", value)
  }
  print line
}

# Which other languages are faster than vo, by more than what runs vary.
function beaten(vo, i,    p, list) {
  for (p = 2; p <= peers; p++)
    if (peer[p] !~ /^vo/ && (p, row[i]) in best && best[p, row[i]] < 0.95 * best[vo, row[i]])
      list = list (list == "" ? "" : ", ") peer[p] " " number(best[p, row[i]])
  return list == "" ? "none" : list
}

function reasons(    p, i, line, why) {
  for (p = 1; p <= peers; p++) {
    line = ""
    for (i = 1; i <= rows; i++)
      if ((p, row[i]) in absent) {
        why = absent[p, row[i]]
        line = line (line == "" ? "" : "; ") title[i] ", " why
      }
    if (line != "") print "- " peer[p] " lacks " line "."
  }
}

END {
  head("ns")
  for (p = 1; p <= peers; p++) cells(p, 0)
  print ""
  head("times C")
  for (p = 2; p <= peers; p++) cells(p, 1)
  print ""
  for (p = 2; p <= peers; p++) if (peer[p] == "vo") vo = p
  for (i = 1; vo && i <= rows; i++)
    if ((vo, row[i]) in best) print "- Faster than vo at " title[i] ", " number(best[vo, row[i]]) ": " beaten(vo, i) "."
  reasons()
  print "\nWith " versions "."
}
