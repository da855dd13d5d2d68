# %% convolve1d
kernel, live = get_ipython().kernel, "<script>alert(1)</script>"
for kind in ("execute_input", "execute_result"):
    content = {"code": live, "data": {"text/plain": live}, "metadata": {}, "execution_count": live}
    kernel.session.send(kernel.iopub_socket, kind, content, parent=kernel.get_parent("shell"))
