# %% first
print("\x1b[2J\x1b]0;title\x07\x1b[6n\x1bP$q\"p\x1b\\\x9b31m\u202egraded\u202c\x00\x7f\b\b\b\r\x0b\x0c\u2028")

# %% first
raise ValueError("\x1b[31;1;4;7m" * 200 + "\x1b[" + "9" * 1000 + "m\x1b[38;5m\x1b[48;2;1mx")
