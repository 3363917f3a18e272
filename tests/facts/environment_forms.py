"""Environment files in every form that was thought of, and what systemd 252 made of each (`env -0`, recorded)."""

from __future__ import annotations

# By name: the bytes of the file, and its variables, or None where systemd refused the file and started nothing.
FORMS: dict[str, tuple[bytes, dict[str, str] | None]] = {
    "plain": (b"A=1\nB=two words\n", {"A": "1", "B": "two words"}),
    "double quotes": (b'A="x y"\nB="x"y" z"\n', {"A": "x y", "B": 'xy" z"'}),
    "single quotes": (b"A='x $y \\n'\nB='it'\"'\"'s'\n", {"A": "x $y \\n", "B": "it's"}),
    "escapes in double quotes": (b'A="x\\$y \\" \\\\ \\` \\n"\n', {"A": 'x$y " \\ ` \\n'}),
    "escapes outside": (b"A=a\\nb\\ c\\\\d\\$\nB=x\\ \nC=x\\  \n", {"A": "anb c\\d$", "B": "x ", "C": "x "}),
    "continuation": (
        b"A=one \\\ntwo\nB=one\\\n   two   \nC=x  \\\n\nD=1\n",
        {"A": "one two", "B": "one   two", "C": "x  ", "D": "1"},
    ),
    "continuation in double quotes": (b'A="one \\\ntwo"\nB=1\n', {"A": "one two", "B": "1"}),
    "continuation in single quotes": (b"A='one \\\ntwo'\nB=1\n", {"A": "one \\\ntwo", "B": "1"}),
    "lines in quotes": (
        b'KEY="-----BEGIN KEY-----\nabc=\n-----END KEY-----\n"\nB=1\n',
        {"KEY": "-----BEGIN KEY-----\nabc=\n-----END KEY-----\n", "B": "1"},
    ),
    "comments": (
        b'# A=1\n;B=2\n  # C=3\nD=4 # not a comment\nE="x" # y\nF=# x\n',
        {"D": "4 # not a comment", "E": "x# y", "F": "# x"},
    ),
    "comment that goes on": (b"# a comment \\\nA=1\nB=2\n", {"B": "2"}),
    "comment with a backslash inside": (b"# a\\b c\nA=1\n", {"A": "1"}),
    "comment of continuation": (b"A=one \\\n# two\nB=2\n", {"A": "one # two", "B": "2"}),
    "export": (b"export A=1\nB=2\n", {"B": "2"}),
    "blanks around": (b'  A  =  1  \n\tB\t=\t2\t\nC = "  x  "  \n', {"A": "1", "B": "2", "C": "  x  "}),
    "CRLF": (b"A=1\r\nB=\"2\"\r\nC='3\r\n4'\r\n", {"A": "1", "B": "2", "C": "3\r\n4"}),
    "CR alone": (b"A=1\rB=2\r", {"A": "1", "B": "2"}),
    "CRLF continuation": (b'A=one\\\r\nB=two\r\nC="x\\\r\ny"\r\n', {"A": "one", "B": "two", "C": "x\\\r\ny"}),
    "BOM": (b"\xef\xbb\xbfA=1\nB=2\n", {"B": "2"}),
    "bad names": (b"1A=1\nA-B=2\nA.B=3\n=4\nA B=5\n\xc3\xa9=6\nOK=7\n", {"OK": "7"}),
    "last wins": (b"A=1\nA=2\nA=\nB=x\nB=y\n", {"A": "", "B": "y"}),
    "empty": (b'A=\nB=""\nC=\'\'\nD=""x\n', {"A": "", "B": "", "C": "", "D": "x"}),
    "no newline at the end": (b'A=1\nB="open\nC=3', {"A": "1", "B": "open\nC=3"}),
    "open single": (b"A='open\nB=2\n", {"A": "open\nB=2\n"}),
    "ends in a backslash": (b"A=1\\", {"A": "1"}),
    "ends in a backslash, quoted": (b'A="1\\', {"A": "1"}),
    "dollar": (
        b'A=$HOME ${HOME} $(id)\nB="$HOME"\nC=a%h%%\n',
        {"A": "$HOME ${HOME} $(id)", "B": "$HOME", "C": "a%h%%"},
    ),
    "hash": (b"A=abc#def\nB=abc #def\nC=#\n", {"A": "abc#def", "B": "abc #def", "C": "#"}),
    "no equals": (b"A\nB=1\nC D\nE=2", {"B": "1", "E": "2"}),
    "more equals": (
        b"A=b=c==\nURL=postgresql://u:p%2Fq@h:1/db?x=y&z=#f\n",
        {"A": "b=c==", "URL": "postgresql://u:p%2Fq@h:1/db?x=y&z=#f"},
    ),
    "tabs": (b'A=a\tb\t\nB="a\tb"\n', {"A": "a\tb", "B": "a\tb"}),
    "UTF-8": (b'A=\xc3\xbcn\xc3\xaf\xe6\x97\xa5\xe6\x9c\xac\nB="\xc3\xa9"\n', {"A": "ünï日本", "B": "é"}),
    "latin-1 comment": (b"# caf\xe9\nA=1\n", {"A": "1"}),
    "latin-1 value": (b"A=1\nB=caf\xe9\nC=2\n", None),
    "latin-1 key": (b"A=1\nB\xe9=x\nC=2\n", None),
    "NUL": (b"A=1\nB=x\x00y\nC=2\n", None),
    "controls": (
        b"A=a\x01b\nB=a\x1b[31mb\nC=a\x7fb\nD=a\x0bb\x0c \n",
        {"A": "a\x01b", "B": "a\x1b[31mb", "C": "a\x7fb", "D": "a\x0bb\x0c"},
    ),
    "adjacent": (
        b"A='x'\"y\"z\nB=x'y'\nC=\"x\" \"y\"  z \nD='x'\\\n'y'\n",
        {"A": "xyz", "B": "x'y'", "C": "xyz", "D": "x'y'"},
    ),
    "quote in the middle": (b'A=x"y"\nB=it\'s\n', {"A": 'x"y"', "B": "it's"}),
    "backslash tab": (b"A=x\\\t\nB=x\\\ty \\\n  \n", {"A": "x\t", "B": "x\ty "}),
    "JSON": (b'A={"a": "b", "c": [1, 2]}\nB=\'{"a": "b"}\'\n', {"A": '{"a": "b", "c": [1, 2]}', "B": '{"a": "b"}'}),
    "only blanks": (b"   \n\t\n\nA=1\n", {"A": "1"}),
    "escaped quote first": (b"A=\\\"x\\\"\nB=\\'x\\'\n", {"A": '"x"', "B": "'x'"}),
}
