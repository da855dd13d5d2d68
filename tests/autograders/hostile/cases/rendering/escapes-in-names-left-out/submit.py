def submit(folder, notebook):
    for name in ("\x1b]0;title\x07\n=1+1", "\u202etxt.csv", "<script>alert(1)<|script>", "[x](javascript:1)"):
        (folder / name).symlink_to("/etc/passwd")
