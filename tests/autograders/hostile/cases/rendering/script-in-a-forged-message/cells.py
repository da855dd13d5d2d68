# %% first
from IPython.display import display
kernel, live = get_ipython().kernel, "<script>alert(1)</script>"
display({"text/plain": "x"}, raw=True, display_id="a")

# %% first
def send(kind, **content):
    kernel.session.send(kernel.iopub_socket, kind, content, parent=kernel.get_parent("shell"))
send("execute_result", data={"text/plain": "3.0", "text/html": live}, metadata={}, execution_count=3)
send("stream", name="stderr", text=live)
send("error", ename=live, evalue=live, traceback=[live, "</pre>" + live])
send("display_data", data={"text/html": [live], live: live, "text/markdown": live}, metadata={live: live})
send("update_display_data", data={"text/html": live}, metadata={}, transient={"display_id": "a"})
