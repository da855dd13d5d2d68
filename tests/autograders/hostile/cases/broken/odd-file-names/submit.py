import os

def submit(folder, notebook):
    names = [b"a\nb.csv", b"\x1b]0;x\x07.csv", b"'\"; rm -rf $HOME `id`.csv", b"\xff\xfe.csv", b"-rf"]
    for name in [*names, b"x" * 255, "\u202e\u200b.csv".encode(), b"{student_id}.csv", b"*", b"%s.py"]:
        with open(os.path.join(os.fsencode(folder), name), "wb") as file:
            file.write(b"1")
